namespace MedChain.Core.Consensus;

/// <summary>What became of a submitted transaction. Closed: these five answers and no other.</summary>
public abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>It waits for delivery in this validator's memory. A crash of this validator loses it: submit again until its receipt is
    /// seen.</summary>
    public sealed record Accepted : SubmitResult;

    /// <summary>The same bytes wait here or were delivered not long ago.</summary>
    public sealed record Duplicate : SubmitResult;

    /// <summary>Too much waits here already, in all or of this client.</summary>
    /// <param name="RetryAfter">When trying again makes sense: the time in which a sixteenth of what waits is delivered at the rate of the
    /// last second. From 1 ms to 30 s.</param>
    public sealed record Overloaded(TimeSpan RetryAfter) : SubmitResult;

    /// <summary>It can never be ordered.</summary>
    /// <param name="Reason">Why, with the limit if there is one.</param>
    public sealed record Invalid(string Reason) : SubmitResult;

    /// <summary>This validator takes no transactions: it stopped, or it only follows the chain.</summary>
    /// <param name="Reason">Why, and what to do.</param>
    public sealed record Unavailable(string Reason) : SubmitResult;
}
