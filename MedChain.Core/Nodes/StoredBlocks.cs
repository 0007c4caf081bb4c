using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>Reads blocks back from a store.</summary>
internal static class StoredBlocks
{
    /// <summary>Reads a block; <see langword="null"/> above the store's head.</summary>
    public static DeliveredBlock? TryRead(IBlockStore store, BlockHeight height) => store.TryRead(height) is { } block
        ? new DeliveredBlock(
            Canonical.Decode<BlockHeader>(block.Header),
            BlockEncoding.TransactionsOf(Canonical.Decode<BlockBody>(block.Body)),
            BlockEncoding.DecodeReceipts(block.Receipts))
        : null;
}
