using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What stays the same while a machine runs. Times are milliseconds.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Validators">Its validators.</param>
/// <param name="Index">This validator's index among them; negative for one that only follows.</param>
/// <param name="Limits">Sizes and times.</param>
internal sealed record MachineSettings(ChainId Chain, long Epoch, ValidatorSet Validators, int Index, CbftLimits Limits)
{
    /// <summary>Peers without a vote that are answered: they have the indices after the validators'.</summary>
    public const int MaxGuests = 16;

    public int Count => Validators.Count;

    /// <summary>Gets how many peers there can be: validators and guests.</summary>
    public int Peers => Count + MaxGuests;

    /// <summary>Gets the last block of the epoch before; 0 in epoch 0.</summary>
    public long Start { get; init; }

    /// <summary>Gets whether this validator is one of the epoch.</summary>
    public bool IsMember => Index >= 0;

    /// <summary>Gets whether there are other validators.</summary>
    public bool HasOthers => Count > (IsMember ? 1 : 0);

    /// <summary>Gets q. Tests may lower it, to see that a quorum too small is caught.</summary>
    public int Quorum { get; init; } = Validators.Quorum;

    /// <summary>Gets whether a Commit waits for its PreparedCert to be durable. Only tests switch it off, to see that this is
    /// caught.</summary>
    public bool PersistBeforeCommit { get; init; } = true;

    /// <summary>Gets whether batches are durable before they are acknowledged, and own ones before they leave: see
    /// <see cref="FixDurability.Strict"/>.</summary>
    public bool StrictFix { get; init; }

    /// <summary>Gets from how many transactions on a quorum checks a batch for all; 0 when every validator checks every batch.</summary>
    public int VouchedFrom { get; init; }

    /// <summary>Gets whether another state can take the place of this validator's own.</summary>
    public bool TakesStates { get; init; }

    /// <summary>Gets where own batches are left for validators of the same process that will receive them.</summary>
    public SharedBatches Batches { get; init; } = new();

    /// <summary>Gets whether a decision above the lowest open slot starts the timers anew. Only tests switch it on, to see that this is
    /// caught.</summary>
    public bool HighSlotsResetTimers { get; init; }

    /// <summary>Gets how many slots after its last one an epoch goes on. Only tests change it, to see that this is caught.</summary>
    public long SlotsAfterEnd { get; init; }

    public int Window => Limits.Window;

    public long SlotTimeout { get; } = Milliseconds(Limits.SlotTimeout);

    public long MaxSlotTimeout { get; } = Milliseconds(Limits.MaxSlotTimeout);

    public long ResendInterval { get; } = Milliseconds(Limits.ResendInterval);

    public long BatchDelay { get; } = Milliseconds(Limits.BatchDelay);

    public long CutDelay { get; } = Milliseconds(Limits.CutDelay);

    public long MaxClockDrift { get; } = Milliseconds(Limits.MaxClockDrift);

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
