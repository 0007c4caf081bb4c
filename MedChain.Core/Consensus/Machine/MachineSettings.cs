using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What stays the same while a machine runs. Times are milliseconds.</summary>
internal sealed record MachineSettings(ChainId Chain, long Epoch, ValidatorSet Validators, int Index, CbftLimits Limits)
{
    public int Count => Validators.Count;

    /// <summary>Gets q. Tests may lower it, to see that a quorum too small is caught.</summary>
    public int Quorum { get; init; } = Validators.Quorum;

    /// <summary>Gets whether a Commit waits for its PreparedCert to be durable. Only tests switch it off, to see that this is
    /// caught.</summary>
    public bool PersistBeforeCommit { get; init; } = true;

    /// <summary>Gets where own batches are left for validators of the same process that will receive them.</summary>
    public SharedBatches Batches { get; init; } = new();

    /// <summary>Gets whether a decision above the lowest open slot starts the timers anew. Only tests switch it on, to see that this is
    /// caught.</summary>
    public bool HighSlotsResetTimers { get; init; }

    public int Window => Limits.Window;

    public long SlotTimeout { get; } = Milliseconds(Limits.SlotTimeout);

    public long MaxSlotTimeout { get; } = Milliseconds(Limits.MaxSlotTimeout);

    public long ResendInterval { get; } = Milliseconds(Limits.ResendInterval);

    public long BatchDelay { get; } = Milliseconds(Limits.BatchDelay);

    public long CutDelay { get; } = Milliseconds(Limits.CutDelay);

    public long MaxClockDrift { get; } = Milliseconds(Limits.MaxClockDrift);

    public int LeaderOf(ViewNumber view) => (int)(view.Value % Count);

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
