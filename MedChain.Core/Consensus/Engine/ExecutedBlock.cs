using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>An executed block, ready for its header.</summary>
internal sealed record ExecutedBlock(
    BlockHeight Height,
    IReadOnlyList<ReadOnlyMemory<byte>> Transactions,
    IReadOnlyList<ReadOnlyMemory<byte>> Receipts,
    Digest TransactionsRoot,
    Digest ReceiptsRoot,
    Digest StateRoot,
    ReadOnlyMemory<byte> EncodedBody,
    ReadOnlyMemory<byte> EncodedReceipts);
