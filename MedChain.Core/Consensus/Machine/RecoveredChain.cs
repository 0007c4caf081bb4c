using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a validator finds when it starts.</summary>
/// <param name="Log">Its log.</param>
/// <param name="History">The epochs up to the one that goes on after the last stored block.</param>
/// <param name="Head">The header of the last block known; <see langword="null"/> before the first.</param>
/// <param name="Ordering">What ordering goes on from after that block.</param>
/// <param name="Chosen">The last choice of validators in the state after it.</param>
internal sealed record RecoveredChain(
    LogContents Log, ValidatorHistory History, BlockHeader? Head, OrderingState? Ordering, ChosenValidators? Chosen)
{
    /// <summary>Gets the checkpoint after which the blocks begin; <see langword="null"/> when they begin at 1.</summary>
    public Checkpoint? Anchor { get; init; }

    /// <summary>Gets whether the state after <see cref="Head"/> is missing, which then is the anchor's block: it must be fetched before
    /// anything else.</summary>
    public bool LacksState { get; init; }

    public RecoveredState StateFor(PublicKey self) => RecoveredState.Read(
        Log,
        Head,
        Ordering,
        History.Latest,
        History.Latest.Validators.Members.Any(m => m.VotingKey == self),
        Chosen,
        Anchor,
        LacksState);
}
