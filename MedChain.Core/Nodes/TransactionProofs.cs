using System.Collections.Immutable;
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
    /// <summary>The proof; <see langword="null"/> while neither the block nor one soon after it has a certificate.</summary>
    /// <param name="store">Blocks and their certificates.</param>
    /// <param name="block">The block.</param>
    /// <param name="index">The transaction's place in it.</param>
    /// <param name="latest">The last seal that was seen, which may not be stored yet.</param>
    public static ChainProof? TryProve(IBlockStore store, DecodedBlock block, int index, SealedState? latest = null)
    {
        if (TryFindSeal(store, block.Header, latest) is not var (later, seal))
        {
            return null;
        }

        return new ChainProof(block.Header, later, seal, new ChainFact.TransactionEntry(
            index,
            block.Transactions.Count,
            block.Transactions[index],
            MerkleTree.Path(LeafHashes(block.Transactions), index),
            block.Receipts[index],
            MerkleTree.Path(LeafHashes(block.Receipts), index)));
    }

    /// <summary>The first seal at or after a block: validators that fall behind seal only their latest block.</summary>
    private static (ImmutableArray<BlockHeader> Later, SealCertificate Seal)? TryFindSeal(
        IBlockStore store, BlockHeader header, SealedState? latest)
    {
        ImmutableArray<BlockHeader>.Builder later = ImmutableArray.CreateBuilder<BlockHeader>();
        for (BlockHeight height = header.Height; later.Count <= ChainProof.MaxLater; height = height.Next)
        {
            if (height == latest?.Height)
            {
                return (later.ToImmutable(), latest.Certificate);
            }

            if (store.TryReadCertificate(height) is { } bytes && Canonical.TryDecode(bytes, out SealCertificate? seal, out _))
            {
                return (later.ToImmutable(), seal);
            }

            if (store.TryRead(height.Next) is not { } next)
            {
                return null;
            }

            later.Add(Canonical.Decode<BlockHeader>(next.Header));
        }

        return null;
    }

    private static Digest[] LeafHashes(IReadOnlyList<ReadOnlyMemory<byte>> items) => [.. items.Select(i => MerkleTree.HashLeaf(i.Span))];
}
