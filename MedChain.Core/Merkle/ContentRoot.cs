using System.Buffers;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>The commitment to a record's encrypted content: an RFC 9162 tree whose leaves are the names of the chunks, their SHA-256. So a
/// chunk is hashed once, and one is checked without the others.</summary>
internal static class ContentRoot
{
    /// <summary>Root over chunks with some names.</summary>
    public static Digest Of(ReadOnlySpan<Digest> names)
    {
        Digest[] leaves = ArrayPool<Digest>.Shared.Rent(names.Length);
        for (int i = 0; i < names.Length; i++)
        {
            leaves[i] = Leaf(names[i]);
        }

        Digest root = MerkleTree.Root(leaves.AsSpan(0, names.Length));
        ArrayPool<Digest>.Shared.Return(leaves);
        return root;
    }

    /// <summary>The leaf hash of a chunk, for <see cref="MerkleProof.VerifyInclusion"/>.</summary>
    public static Digest Leaf(Digest name)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        name.CopyTo(bytes);
        return MerkleTree.HashLeaf(bytes);
    }
}
