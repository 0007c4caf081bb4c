namespace MedChain.Core.Tests.Simulation;

/// <summary>What runs did: nobody should believe a simulator that injected nothing and checked nothing.</summary>
internal sealed class Statistics
{
    private readonly long[] _injected = new long[Enum.GetValues<FaultClass>().Length];
    private readonly long[] _checked = new long[Enum.GetValues<Invariant>().Length];

    public long Runs { get; set; }

    public long Events { get; set; }

    /// <summary>Gets or sets virtual milliseconds.</summary>
    public long VirtualTime { get; set; }

    public long Blocks { get; set; }

    public long Transactions { get; set; }

    public long Views { get; set; }

    /// <summary>Gets or sets how often the chain came into another epoch.</summary>
    public long Epochs { get; set; }

    public long Refused { get; set; }

    public long LedgerRuns { get; set; }

    /// <summary>Gets or sets the misconducts that ledgers recorded.</summary>
    public long Convictions { get; set; }

    public long SignedRuns { get; set; }

    /// <summary>Gets or sets how often an honest validator was given a state.</summary>
    public long Restored { get; set; }

    public void Injected(FaultClass fault) => _injected[(int)fault]++;

    public void Checked(Invariant invariant) => _checked[(int)invariant]++;

    public long InjectedOf(FaultClass fault) => _injected[(int)fault];

    public long CheckedOf(Invariant invariant) => _checked[(int)invariant];

    public void Add(Statistics other)
    {
        Runs += other.Runs;
        Events += other.Events;
        VirtualTime += other.VirtualTime;
        Blocks += other.Blocks;
        Transactions += other.Transactions;
        Views += other.Views;
        Epochs += other.Epochs;
        Refused += other.Refused;
        LedgerRuns += other.LedgerRuns;
        Convictions += other.Convictions;
        SignedRuns += other.SignedRuns;
        Restored += other.Restored;
        for (int i = 0; i < _injected.Length; i++)
        {
            _injected[i] += other._injected[i];
        }

        for (int i = 0; i < _checked.Length; i++)
        {
            _checked[i] += other._checked[i];
        }
    }
}
