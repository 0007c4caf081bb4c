namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Where a run says what it does and finds. Texts may come from files: a report escapes them.</summary>
internal interface IReport
{
    /// <summary>A new step begins.</summary>
    void Heading(string text);

    /// <summary>Something worth a line.</summary>
    void Note(string text);

    /// <summary>Input that is left out while the rest goes on.</summary>
    void Problem(string source, string reason);

    /// <summary>Facts.</summary>
    void Table(FactTable table);

    /// <summary>A check and its outcome.</summary>
    void Check(Check check);

    /// <summary>Does a work of many like parts and shows how far it is.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="total">How many parts.</param>
    /// <param name="work">Does it, and calls the action after each part, from any thread.</param>
    Task ProgressAsync(string what, int total, Func<Action, Task> work);

    /// <summary>The run has ended.</summary>
    /// <param name="end">How.</param>
    void Finish(RunEnd end);
}
