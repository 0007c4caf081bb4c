using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>One epoch of a chain.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Start">The last block of the epoch before; 0 for epoch 0. The epoch's own blocks are above it.</param>
/// <param name="Validators">Who decides and seals its blocks.</param>
public sealed record ChainEpoch(long Number, BlockHeight Start, ValidatorSet Validators);
