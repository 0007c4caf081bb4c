using System.Numerics;

namespace MedChain.Core.Merkle;

/// <summary>A state key seen as a string of bits: before every byte a 1, after the last byte a 0. No such string is the beginning of
/// another, although keys may be, and the strings are in the order of the keys.</summary>
internal static class TreeKey
{
    /// <summary>Longest key in bytes; the shortest has one.</summary>
    public const int MaxSize = 256;

    /// <summary>Most bits in which two keys can differ first, and so the greatest depth of a tree.</summary>
    public const int MaxBits = MaxSize * BitsPerByte;

    private const int BitsPerByte = 9;

    public static bool IsValid(ReadOnlySpan<byte> key) => key.Length is >= 1 and <= MaxSize;

    /// <summary>Number of bits that keys with the same <paramref name="length"/> first bytes have in common.</summary>
    public static int BitsOfPrefix(int length) => length * BitsPerByte;

    /// <summary>The bit at a position; 0 for a position after the end.</summary>
    public static bool Bit(ReadOnlySpan<byte> key, int position)
    {
        (int index, int offset) = Math.DivRem(position, BitsPerByte);
        return index < key.Length && (offset == 0 || (key[index] & (0x100 >> offset)) != 0);
    }

    /// <summary>The first position in which two keys differ; -1 for equal keys.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length == right.Length ? -1 : BitsOfPrefix(common);
        }

        int leadingZeros = BitOperations.LeadingZeroCount((uint)(left[common] ^ right[common])) - 24;
        return BitsOfPrefix(common) + 1 + leadingZeros;
    }
}
