namespace MedChain.Core.Consensus.Engine;

/// <summary>What several threads of one engine share.</summary>
internal sealed class EngineCounters
{
    private long _dropped;
    private long _refused;
    private long _evidence;
    private long _stored;

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Refused => Interlocked.Read(ref _refused);

    public long Evidence => Interlocked.Read(ref _evidence);

    /// <summary>Gets or sets the height of the last stored block.</summary>
    public long Stored
    {
        get => Interlocked.Read(ref _stored);
        set => Interlocked.Exchange(ref _stored, value);
    }

    /// <summary>Gets which votes are not needed any more.</summary>
    public SettledVotes Settled { get; } = new();

    public void AddDropped() => Interlocked.Increment(ref _dropped);

    public void AddRefused() => Interlocked.Increment(ref _refused);

    public void AddEvidence() => Interlocked.Increment(ref _evidence);
}
