using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Primitives;

/// <summary>An X25519 public key (RFC 7748), to which secrets are sealed: 32 bytes. <see langword="default"/> is no usable key.</summary>
public readonly record struct AgreementKey
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Initializes the value from its bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public AgreementKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An X25519 public key is {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="value">The value, or <see langword="default"/>.</param>
    /// <returns>Whether <paramref name="text"/> was exactly 64 hexadecimal digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out AgreementKey value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool valid = text?.Length == 2 * Size && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;
        value = valid ? new AgreementKey(bytes) : default;
        return valid;
    }

    /// <summary>Writes the bytes.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>Copies the bytes into a new array.</summary>
    /// <returns>A new array of <see cref="Size"/> bytes.</returns>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The value as lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{_high:x32}{_low:x32}";
}
