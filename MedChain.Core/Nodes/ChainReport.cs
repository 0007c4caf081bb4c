using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>What a full check of one chain found.</summary>
/// <param name="Chain">The chain's name.</param>
/// <param name="Height">Height of the last block checked.</param>
/// <param name="Transactions">How many transactions were executed again.</param>
/// <param name="Records">How many records' ciphertext was checked; 0 for a transaction chain.</param>
/// <param name="Problem">The first problem: validator, height, what is wrong; <see langword="null"/> for none.</param>
public sealed record ChainReport(string Chain, BlockHeight Height, long Transactions, long Records, string? Problem);
