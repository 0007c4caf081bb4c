using System.Buffers.Binary;
using MedChain.Core.Encoding;

namespace MedChain.Core.Cryptography;

/// <summary>The 32-byte encoding of a ristretto255 element (RFC 9496): the commitment to a scalar. <see langword="default"/> encodes the
/// identity. That the bytes are a valid encoding is checked where they are computed with.</summary>
internal readonly record struct RistrettoPoint : ICanonical<RistrettoPoint>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    public RistrettoPoint(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Ristretto.PointSize)
        {
            throw new ArgumentException($"A ristretto255 point is {Ristretto.PointSize} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    public override string ToString() => $"{_high:x32}{_low:x32}";

    void ICanonical<RistrettoPoint>.Write(ref CanonicalWriter writer)
    {
        byte[] bytes = new byte[Ristretto.PointSize];
        CopyTo(bytes);
        writer.Write(bytes);
    }

    static RistrettoPoint ICanonical<RistrettoPoint>.Read(ref CanonicalReader reader)
    {
        ReadOnlyMemory<byte> bytes = reader.ReadBytes(Ristretto.PointSize);
        return bytes.Length == Ristretto.PointSize
            ? new RistrettoPoint(bytes.Span)
            : throw new MalformedDataException($"A point of {bytes.Length} bytes where {Ristretto.PointSize} are expected.");
    }
}
