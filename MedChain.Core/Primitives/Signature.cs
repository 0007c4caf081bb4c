using System.Buffers.Binary;

namespace MedChain.Core.Primitives;

/// <summary>An Ed25519 signature (RFC 8032): 64 bytes. <see langword="default"/> verifies under no key.</summary>
public readonly record struct Signature
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 64;

    private readonly UInt128 _a;
    private readonly UInt128 _b;
    private readonly UInt128 _c;
    private readonly UInt128 _d;

    /// <summary>Initializes the value from its bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public Signature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An Ed25519 signature is {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
        _c = BinaryPrimitives.ReadUInt128BigEndian(bytes[32..]);
        _d = BinaryPrimitives.ReadUInt128BigEndian(bytes[48..]);
    }

    /// <summary>Writes the bytes.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _b);
        BinaryPrimitives.WriteUInt128BigEndian(destination[32..], _c);
        BinaryPrimitives.WriteUInt128BigEndian(destination[48..], _d);
    }

    /// <summary>The value as lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{_a:x32}{_b:x32}{_c:x32}{_d:x32}";
}
