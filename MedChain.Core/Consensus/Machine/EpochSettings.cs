using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What stays the same for a validator in all epochs.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Self">Its voting key; it votes in the epochs whose set has it, and follows the others.</param>
/// <param name="Limits">Sizes and times.</param>
internal sealed record EpochSettings(ChainId Chain, PublicKey Self, CbftLimits Limits)
{
    /// <summary>Gets whom to ask for blocks beside the validators of the epoch it has come to.</summary>
    public ImmutableArray<PublicKey> Contacts { get; init; } = [];

    /// <summary>Gets what is added to the settings of each epoch's machine.</summary>
    public Func<MachineSettings, MachineSettings> Adjust { get; init; } = settings => settings;
}
