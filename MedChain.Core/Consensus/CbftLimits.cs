using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus;

/// <summary>Sizes and times of one validator. Validators of a chain need not agree on them, but work best when they do.
/// Immutable.</summary>
public sealed record CbftLimits
{
    private const int MaxBlocks = 1024 * 1024 * 1024;

    /// <summary>Gets how many slots are voted on at the same time, W. 1 to 64; default 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Gets the largest batch in bytes of encoded transactions. 1,024 to 4,194,304; default 524,288.</summary>
    public int MaxBatchBytes { get; init; } = 512 * 1024;

    /// <summary>Gets the most transactions of one batch. 1 to 65,536; default 2,000.</summary>
    public int MaxBatchTransactions { get; init; } = 2_000;

    /// <summary>Gets the largest transaction in bytes. 1 to 1,048,576 and below <see cref="MaxBatchBytes"/>; default 131,072.</summary>
    public int MaxTransactionBytes { get; init; } = 128 * 1024;

    /// <summary>Gets how long a transaction waits for others when the validator has batches under way; at once when it has none. 0 to 1 s;
    /// default 10 ms.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets how many batches of one lane may wait for their certificate. 1 to 64; default 4.</summary>
    public int MaxUnfixedBatches { get; init; } = 4;

    /// <summary>Gets how many bytes one lane may be ahead of delivery. 1 MiB to 256 MiB and at least four batches; default 8 MiB.</summary>
    public int MaxLaneBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Gets how many batches one lane may be ahead of delivery. 4 to 1,024; default 256.</summary>
    public int MaxLaneBatches { get; init; } = 256;

    /// <summary>Gets how long a leader with slots under way waits for more lanes to advance. 0 to 1 s; default 2 ms.</summary>
    public TimeSpan CutDelay { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets how long the lowest open slot may take before the view is given up. Doubles with each failed view. 10 ms to 1 h;
    /// default 1 s.</summary>
    public TimeSpan SlotTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the cap of the doubled <see cref="SlotTimeout"/>. Not below it; default 30 s.</summary>
    public TimeSpan MaxSlotTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often messages of stuck work are sent again, and how often validators tell one another where they are. 5 ms to 1 h
    /// and below <see cref="SlotTimeout"/>; default 250 ms.</summary>
    public TimeSpan ResendInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets how far a proposal's time may be from this validator's clock. 100 ms to 1 day; default 10 s.</summary>
    public TimeSpan MaxClockDrift { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how many accepted transactions may wait for delivery. 1 to 10,000,000; default 100,000.</summary>
    public int MaxPendingTransactions { get; init; } = 100_000;

    /// <summary>Gets how many bytes of accepted transactions may wait for delivery. 1 KiB to 2 GiB; default 64 MiB.</summary>
    public long MaxPendingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Gets how many accepted transactions of one client may wait for delivery, where the state machine names clients. 1 to
    /// 10,000,000; default 1,024.</summary>
    public int MaxClientTransactions { get; init; } = 1_024;

    /// <summary>Gets how many bytes of one client's accepted transactions may wait for delivery. 1 KiB to 2 GiB; default 16 MiB.</summary>
    public long MaxClientBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets how many blocks without it must come before a validator orders a transaction that it holds as a backup. 1 to 1,024;
    /// default 2. When no blocks come, <see cref="SlotTimeout"/> is long enough.</summary>
    public int BackupBlocks { get; init; } = 2;

    /// <summary>Gets how long a validator holds a backup at least: longer than its home takes under load, or a busy chain would order most
    /// transactions twice. 10 ms to 1 h; default 500 ms.</summary>
    public TimeSpan BackupDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets how many messages of one peer may wait to be verified and taken, for votes and for bulk data each. 16 to 1,000,000;
    /// default 4,096.</summary>
    public int MaxQueuedMessages { get; init; } = 4_096;

    /// <summary>Gets how many bytes of one peer's messages may wait, for votes and for bulk data each. 64 MiB to 2 GiB; default 64
    /// MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Gets after how many blocks the state is offered anew to validators that lack the blocks before it, where the state machine
    /// can give it. 1 to 1,048,576; default 1,024.</summary>
    public int CheckpointInterval { get; init; } = 1_024;

    /// <summary>Gets how many blocks a validator may lag before it fetches a state instead of the blocks. 1 to 1,073,741,824; default
    /// 8,192.</summary>
    public int SnapshotDistance { get; init; } = 8_192;

    /// <summary>Gets how many blocks are kept at least, counted from the last; older ones are dropped as soon as a state after them can be
    /// given. 1 to 1,073,741,824; 0, the default, keeps all.</summary>
    public int KeptBlocks { get; init; }

    /// <summary>Gets how many bytes a second all peers together get of old blocks and states. 64 KiB to 16 GiB; default 64 MiB.</summary>
    public long MaxServedBytesPerSecond { get; init; } = 64 * 1024 * 1024;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, the value and the range.</exception>
    internal void Validate()
    {
        Require(Window, 1, WireLimits.MaxWindow, nameof(Window));
        Require(MaxBatchBytes, 1024, WireLimits.MaxPayloadBytes, nameof(MaxBatchBytes));
        Require(MaxBatchTransactions, 1, WireLimits.MaxBatchTransactions, nameof(MaxBatchTransactions));
        int largest = Math.Min(WireLimits.MaxTransactionBytes, MaxBatchBytes - Batch.PayloadOverhead);
        Require(MaxTransactionBytes, 1, largest, nameof(MaxTransactionBytes));
        Require(BatchDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1), nameof(BatchDelay));
        Require(MaxUnfixedBatches, 1, 64, nameof(MaxUnfixedBatches));
        Require(MaxLaneBytes, Math.Max(1024 * 1024, 4 * MaxBatchBytes), 256 * 1024 * 1024, nameof(MaxLaneBytes));
        Require(MaxLaneBatches, 4, WireLimits.MaxLaneGap, nameof(MaxLaneBatches));
        Require(CutDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1), nameof(CutDelay));
        Require(SlotTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), nameof(SlotTimeout));
        Require(MaxSlotTimeout, SlotTimeout, TimeSpan.FromHours(1), nameof(MaxSlotTimeout));
        Require(ResendInterval, TimeSpan.FromMilliseconds(5), SlotTimeout, nameof(ResendInterval));
        Require(MaxClockDrift, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1), nameof(MaxClockDrift));
        Require(MaxPendingTransactions, 1, 10_000_000, nameof(MaxPendingTransactions));
        Require(MaxPendingBytes, 1024, 2L * 1024 * 1024 * 1024, nameof(MaxPendingBytes));
        Require(MaxClientTransactions, 1, 10_000_000, nameof(MaxClientTransactions));
        Require(MaxClientBytes, 1024, 2L * 1024 * 1024 * 1024, nameof(MaxClientBytes));
        Require(BackupBlocks, 1, 1024, nameof(BackupBlocks));
        Require(BackupDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), nameof(BackupDelay));
        Require(MaxQueuedMessages, 16, 1_000_000, nameof(MaxQueuedMessages));
        Require(CheckpointInterval, 1, 1024 * 1024, nameof(CheckpointInterval));
        Require(SnapshotDistance, 1, MaxBlocks, nameof(SnapshotDistance));
        Require(KeptBlocks, 0, MaxBlocks, nameof(KeptBlocks));
        Require(MaxServedBytesPerSecond, 64 * 1024, 16L * 1024 * 1024 * 1024, nameof(MaxServedBytesPerSecond));
        Require(MaxQueuedBytes, 64L * 1024 * 1024, 2L * 1024 * 1024 * 1024, nameof(MaxQueuedBytes));
    }

    private static void Require<T>(T value, T min, T max, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            throw new ArgumentException($"{nameof(CbftLimits)}.{name} is {value}; it must be from {min} to {max}.");
        }
    }
}
