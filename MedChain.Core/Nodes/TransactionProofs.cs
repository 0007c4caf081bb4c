using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>Proves that a transaction and its receipt are in a block.</summary>
internal static class TransactionProofs
{
    /// <summary>The proof; <see langword="null"/> while no certificate of the block is stored.</summary>
    public static ChainProof? TryProve(IBlockStore store, DeliveredBlock block, int index)
    {
        if (store.TryReadCertificate(block.Header.Height) is not { } certificate
            || !Canonical.TryDecode(certificate, out SealCertificate? seal, out _))
        {
            return null;
        }

        return new ChainProof(block.Header, seal, new ChainFact.TransactionEntry(
            index,
            block.Transactions.Count,
            block.Transactions[index],
            MerkleTree.Path(LeafHashes(block.Transactions), index),
            block.Receipts[index],
            MerkleTree.Path(LeafHashes(block.Receipts), index)));
    }

    private static Digest[] LeafHashes(IReadOnlyList<ReadOnlyMemory<byte>> items) => [.. items.Select(i => MerkleTree.HashLeaf(i.Span))];
}
