using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>What <see cref="ChainVerifier"/> found.</summary>
/// <param name="Verified">The height up to which everything is right.</param>
/// <param name="Sealed">The highest height with a valid seal certificate: through the hash chain it covers every block below.</param>
/// <param name="Transactions">Number of transactions in the verified blocks.</param>
/// <param name="Problem">The first thing that is wrong; <see langword="null"/> when nothing is.</param>
public sealed record ChainReport(BlockHeight Verified, BlockHeight Sealed, long Transactions, ChainProblem? Problem);

/// <summary>Something wrong in a stored chain.</summary>
/// <param name="Height">The block.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record ChainProblem(BlockHeight Height, string Description);
