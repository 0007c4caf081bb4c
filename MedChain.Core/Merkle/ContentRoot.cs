using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>The commitment to a record's encrypted content: an RFC 9162 tree whose leaves are the chunks, so one chunk is checked without
/// the others.</summary>
internal static class ContentRoot
{
    public static Digest Of(IReadOnlyList<byte[]> chunks) => MerkleTree.Root(Leaves(chunks));

    /// <summary>The leaf hashes, for <see cref="MerkleTree.Path"/>.</summary>
    public static Digest[] Leaves(IReadOnlyList<byte[]> chunks) => [.. chunks.Select(chunk => MerkleTree.HashLeaf(chunk))];
}
