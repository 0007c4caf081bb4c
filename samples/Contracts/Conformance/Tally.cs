namespace MedChain.Samples.Contracts.Conformance;

/// <summary>Counts agreements of one kind, and keeps the disagreements.</summary>
internal sealed class Tally(string kind)
{
    private readonly List<string> _disagreements = [];

    public string Kind => kind;

    public int Agreed { get; private set; }

    public IReadOnlyList<string> Disagreements => _disagreements;

    public void Add(string place, string expected, string actual)
    {
        if (expected == actual)
        {
            Agreed++;
        }
        else
        {
            _disagreements.Add($"{place}: {kind}: expected {expected}, was {actual}");
        }
    }
}
