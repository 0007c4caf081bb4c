namespace MedChain.Core.Tests.Simulation;

/// <summary>Kinds of trouble. A seed uses some of them; <c>--faults</c> narrows them by name.</summary>
internal enum FaultClass
{
    /// <summary>No fault: an ordinary request of a client.</summary>
    None,

    // The network.
    Loss,
    Delay,
    Duplication,
    Replay,
    OldEpochs,
    Partition,
    OneWayPartition,
    Isolation,
    Clogging,
    Bandwidth,

    // Processes and their disks.
    Crash,
    CrashAtWrite,
    Pause,
    OtherVersion,
    SlowDisk,
    DiskFull,
    FlushError,
    TornWrite,
    BitRot,
    LostLog,
    Rollback,

    // Clocks.
    ClockSkew,
    ClockDrift,
    ClockJump,

    // Validators that lie, at most f of them.
    Twins,
    Mutation,
    LaneEquivocation,
    Withholding,
    SelectiveSending,
    BadLeader,
    ForgedCertificates,
    ReplayedMessages,
    Garbage,
    Flood,
    LyingSync,
    ForeignSigner,

    // Clients.
    DuplicateTransactions,
    ConflictingNonces,
    EveryLane,
    InvalidTransactions,
    Bursts,

    // Changes of the validators, at any time of all that.
    AddValidator,
    RemoveValidator,
    ReplaceValidator,
}
