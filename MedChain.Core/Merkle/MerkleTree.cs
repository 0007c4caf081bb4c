using System.Numerics;
using System.Security.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Merkle tree hashes over a list (RFC 9162, section 2.1): leaves and inner nodes are hashed under different prefixes.</summary>
internal static class MerkleTree
{
    /// <summary>Leaf hash: SHA-256 of one 0x00 byte and the record.</summary>
    public static Digest HashLeaf(ReadOnlySpan<byte> record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(record);
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
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

        // The left subtree holds the largest power of two below the count.
        int split = (int)(BitOperations.RoundUpToPowerOf2((uint)leafHashes.Length) / 2);
        return HashChildren(Root(leafHashes[..split]), Root(leafHashes[split..]));
    }
}
