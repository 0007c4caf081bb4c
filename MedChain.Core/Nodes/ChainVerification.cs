using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>What a full check of one chain found.</summary>
/// <param name="Chain">The chain's name.</param>
/// <param name="Height">Height of the last block of the furthest validator. The blocks, certificates and hashes of every validator are
/// right up to its own last block, unless there is a problem.</param>
/// <param name="Transactions">How many transactions were executed again, with the same receipts and state roots.</param>
/// <param name="Skipped">How many blocks could not be executed again, because they are not kept or need attachments that were erased by
/// order. Certificates and hashes of those that are kept are checked; the execution went on from the validator's own state, whose root a
/// sealed header names.</param>
/// <param name="Records">How many records' ciphertext is what the chain commits to; 0 for a transaction chain.</param>
/// <param name="Problem">The first problem: where, and what is wrong; <see langword="null"/> for none.</param>
public sealed record ChainVerification(
    string Chain, BlockHeight Height, long Transactions, long Skipped, long Records, string? Problem);
