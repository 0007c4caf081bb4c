using System.Collections.Immutable;
using MedChain.Core.Consensus;

namespace MedChain.Core.Tests.Simulation;

/// <summary>All that a run is made of before it starts. It follows from a seed, or from another scenario with fewer incidents.</summary>
/// <param name="Seed">What it was drawn from; also feeds the small choices of the run, such as ordinary delays.</param>
/// <param name="Count">Number of validators of epoch 0: the first institutions.</param>
/// <param name="Limits">Sizes and times of every validator.</param>
/// <param name="RealSignatures">Whether votes are signed by Ed25519, or by a fast scheme that is secure in a simulation only.</param>
/// <param name="RealLedger">Whether the state machine is an account chain's ledger, or counts nonces only.</param>
/// <param name="Byzantine">Institutions that may do anything, one bit each: nothing they say or keep is checked.</param>
/// <param name="Damaged">Institutions whose log is damaged on the way, one bit each: honest, but they may only follow afterwards.</param>
/// <param name="MaxDelay">Longest ordinary way of a message in milliseconds.</param>
/// <param name="MaxDiskDelay">Longest ordinary write in milliseconds.</param>
/// <param name="BlocksPerFlush">Blocks after which the block store is flushed.</param>
/// <param name="HealAt">When every fault but lies is over, in milliseconds.</param>
/// <param name="Incidents">What happens, in order of time.</param>
internal sealed record Scenario(
    ulong Seed,
    int Count,
    CbftLimits Limits,
    bool RealSignatures,
    bool RealLedger,
    ulong Byzantine,
    ulong Damaged,
    int MaxDelay,
    int MaxDiskDelay,
    int BlocksPerFlush,
    long HealAt,
    ImmutableArray<Incident> Incidents)
{
    /// <summary>Gets how many institutions there are beside the first validators, which follow the chain and may become
    /// validators.</summary>
    public int Joining { get; init; }

    /// <summary>Gets the number of all institutions.</summary>
    public int Institutions => Count + Joining;

    /// <summary>Gets those of which not everything can be expected, one bit each.</summary>
    public ulong Faulty => Byzantine | Damaged;

    /// <summary>Gets the validators that have a twin, in order.</summary>
    public IReadOnlyList<int> Twins => [.. Incidents.OfType<Incident.Lie>().Where(l => l.Class == FaultClass.Twins).Select(l => l.Node)
        .Distinct().Order()];

    public bool IsByzantine(int institution) => ((Byzantine >> institution) & 1) != 0;

    public bool IsDamaged(int institution) => ((Damaged >> institution) & 1) != 0;

    public override string ToString() =>
        $"{Count} validators{(Joining == 0 ? "" : $" and {Joining} that may join")}, window {Limits.Window}, "
        + $"batches of {Limits.MaxBatchTransactions}, "
        + $"{(RealLedger ? "ledger" : "counter")}, {(RealSignatures ? "Ed25519" : "simulated signatures")}, "
        + $"Byzantine {Byzantine:b}, damaged {Damaged:b}, heals at {HealAt} ms";
}
