using System.Buffers.Binary;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Hashes of the state tree. The first byte tells leaf, branch and empty tree apart, and all three from the list trees of RFC 9162
/// (0x00 and 0x01) and from tagged canonical values (0xa0 and above).</summary>
internal static class StateHash
{
    private const byte LeafPrefix = 0x02;
    private const byte BranchPrefix = 0x03;
    private const byte EmptyPrefix = 0x04;

    /// <summary>Root of the tree without keys: SHA-256 of one 0x04 byte.</summary>
    public static Digest Empty { get; } = Digest.Of([EmptyPrefix]);

    /// <summary>SHA-256 of 0x02, the key's length as two bytes, the key, and the value's own SHA-256.</summary>
    public static Digest Leaf(ReadOnlySpan<byte> key, Digest valueHash)
    {
        Span<byte> content = stackalloc byte[3 + TreeKey.MaxSize + Digest.Size];
        content[0] = LeafPrefix;
        BinaryPrimitives.WriteUInt16BigEndian(content[1..], (ushort)key.Length);
        key.CopyTo(content[3..]);
        valueHash.CopyTo(content[(3 + key.Length)..]);
        return Digest.Of(content[..(3 + key.Length + Digest.Size)]);
    }

    /// <summary>SHA-256 of 0x03, the position of the bit in which the two sides differ as two bytes, and both sides. With the position
    /// inside, a proof cannot lead a key past the branch at which it would have turned.</summary>
    public static Digest Branch(int bit, Digest zero, Digest one)
    {
        Span<byte> content = stackalloc byte[3 + (2 * Digest.Size)];
        content[0] = BranchPrefix;
        BinaryPrimitives.WriteUInt16BigEndian(content[1..], (ushort)bit);
        zero.CopyTo(content[3..]);
        one.CopyTo(content[(3 + Digest.Size)..]);
        return Digest.Of(content);
    }
}
