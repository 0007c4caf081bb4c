using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MedChain.Core.Primitives;

/// <summary>A SHA-256 digest: exactly 32 bytes. <see langword="default"/> is all zeros, the parent of a genesis block.</summary>
/// <remarks>Two integers and no array, so equality, hashing and copying are by value.</remarks>
public readonly record struct Digest : IComparable<Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>Using one context again costs a quarter less than a one-shot hash of a few blocks.</summary>
    [ThreadStatic]
    private static IncrementalHash? _free;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Initializes a digest from its 32 bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A digest is {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Gets whether this is the all-zero digest.</summary>
    public bool IsZero => _high == 0 && _low == 0;

    /// <summary>SHA-256 (FIPS 180-4) of some bytes.</summary>
    /// <param name="content">Any length, also zero.</param>
    /// <returns>The digest.</returns>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[Size];
        IncrementalHash sha = _free ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _free = null; // A call that fails half-way must not leave its bytes to the next one.
        sha.AppendData(content);
        sha.GetHashAndReset(bytes);
        _free = sha;
        return new Digest(bytes);
    }

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="digest">The digest, or <see langword="default"/>.</param>
    /// <returns>Whether <paramref name="text"/> was exactly 64 hexadecimal digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool valid = text?.Length == 2 * Size && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
        digest = valid ? new Digest(bytes) : default;
        return valid;
    }

    /// <summary>Writes the 32 bytes, most significant first.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>Copies the 32 bytes into a new array.</summary>
    /// <returns>A new array of <see cref="Size"/> bytes.</returns>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(Digest other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <summary>Orders digests as their hexadecimal texts are ordered.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Orders digests as their hexadecimal texts are ordered.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Orders digests as their hexadecimal texts are ordered.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Orders digests as their hexadecimal texts are ordered.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    /// <summary>The digest as 64 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{_high:x32}{_low:x32}";
}
