using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Merkle tree hashes over a list (RFC 9162, section 2.1): leaves and inner nodes are hashed under different prefixes.</summary>
internal static class MerkleTree
{
    private const int StackLimit = 1024;

    /// <summary>Leaf hash: SHA-256 of one 0x00 byte and the record.</summary>
    public static Digest HashLeaf(ReadOnlySpan<byte> record)
    {
        // One call over prefix and record together costs less than an incremental hash, copy included.
        byte[]? rented = record.Length < StackLimit ? null : ArrayPool<byte>.Shared.Rent(1 + record.Length);
        Span<byte> content = rented ?? stackalloc byte[StackLimit];
        content[0] = 0x00;
        record.CopyTo(content[1..]);
        Digest hash = Digest.Of(content[..(1 + record.Length)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>Inner hash: SHA-256 of one 0x01 byte and both children.</summary>
    public static Digest HashChildren(Digest left, Digest right)
    {
        Span<byte> content = stackalloc byte[1 + (2 * Digest.Size)];
        content[0] = 0x01;
        left.CopyTo(content[1..]);
        right.CopyTo(content[(1 + Digest.Size)..]);
        return Digest.Of(content);
    }

    /// <summary>Root over leaf hashes; of no leaves, SHA-256 of nothing.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.Length == 0)
        {
            return Digest.Of([]);
        }

        if (leafHashes.Length == 1)
        {
            return leafHashes[0];
        }

        int split = Split(leafHashes.Length);
        return HashChildren(Root(leafHashes[..split]), Root(leafHashes[split..]));
    }

    /// <summary>Sibling hashes from a leaf to the root, as <see cref="MerkleProof.VerifyInclusion"/> takes them (RFC 9162, section
    /// 2.1.3.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not that of a leaf.</exception>
    public static ImmutableArray<Digest> Path(ReadOnlySpan<Digest> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Length);
        var path = ImmutableArray.CreateBuilder<Digest>();
        while (leafHashes.Length > 1)
        {
            int split = Split(leafHashes.Length);
            bool isRight = index >= split;
            path.Add(Root(isRight ? leafHashes[..split] : leafHashes[split..]));
            leafHashes = isRight ? leafHashes[split..] : leafHashes[..split];
            index -= isRight ? split : 0;
        }

        path.Reverse();
        return path.DrainToImmutable();
    }

    /// <summary>Size of the left subtree: the largest power of two below the count.</summary>
    private static int Split(int count) => (int)(BitOperations.RoundUpToPowerOf2((uint)count) / 2);
}
