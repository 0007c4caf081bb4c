using MedChain.Core.Blocks;

namespace MedChain.Core.Consensus;

/// <summary>A block that was executed and stored on one validator.</summary>
/// <param name="Header">The header.</param>
/// <param name="Transactions">In order.</param>
/// <param name="Receipts">One for each transaction, in the same order.</param>
public sealed record DeliveredBlock(
    BlockHeader Header, IReadOnlyList<ReadOnlyMemory<byte>> Transactions, IReadOnlyList<ReadOnlyMemory<byte>> Receipts);
