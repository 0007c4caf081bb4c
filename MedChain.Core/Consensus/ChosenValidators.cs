using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>A state machine's choice of the next epoch's validators.</summary>
/// <param name="Height">The block that chose.</param>
/// <param name="Validators">The validators of the next epoch.</param>
public sealed record ChosenValidators(BlockHeight Height, ValidatorSet Validators)
{
    /// <summary>How many blocks the epoch goes on after the block that chose; the same on every validator. Nobody votes for a slot before
    /// it has executed the block this far below, so everybody knows in time where the epoch ends.</summary>
    public const int Distance = 64;

    /// <summary>Gets the last block of the epoch.</summary>
    public BlockHeight Last => new(Height.Value + Distance);
}
