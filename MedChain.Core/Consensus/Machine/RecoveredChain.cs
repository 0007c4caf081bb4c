using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a validator finds when it starts.</summary>
/// <param name="Log">Its log.</param>
/// <param name="History">The epochs up to the one that goes on after the last stored block.</param>
/// <param name="Head">The header of the last stored block; <see langword="null"/> before the first.</param>
/// <param name="HeadBody">The body of that block.</param>
/// <param name="Chosen">The last choice of validators in the state after it.</param>
internal sealed record RecoveredChain(
    LogContents Log, ValidatorHistory History, BlockHeader? Head, BlockBody? HeadBody, ChosenValidators? Chosen)
{
    public RecoveredState StateFor(PublicKey self) => RecoveredState.Read(
        Log, Head, HeadBody, History.Latest, History.Latest.Validators.Members.Any(m => m.VotingKey == self), Chosen);
}
