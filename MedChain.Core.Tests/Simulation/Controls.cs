using MedChain.Core.Consensus.Machine;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What a negative control breaks on purpose, to see that the simulator finds it.</summary>
internal sealed record Controls
{
    public static Controls None { get; } = new();

    /// <summary>Gets what is changed in every machine of every epoch.</summary>
    public Func<MachineSettings, MachineSettings>? Change { get; init; }

    /// <summary>Gets whether a liar may give some validators another cut under the digest of the one that it gives the others, as if the
    /// digest did not cover the tips.</summary>
    public bool ForgesCutsUnderOneDigest { get; init; }

    /// <summary>Gets whether the counting state machine refuses repeated numbers.</summary>
    public bool Deduplicates { get; init; } = true;

    /// <summary>Gets whether the seals of an epoch, and so the handoff that ends it, may also be given by the validators of the next
    /// one.</summary>
    public bool TakesSealsOfNextValidators { get; init; }
}
