using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>An erasable part of a transaction: kept in the blob store, bound to the transaction's body by <see cref="Commitment"/>. The
/// salt makes the commitment say nothing about the content once the attachment is erased.</summary>
/// <param name="Salt">32 random bytes.</param>
/// <param name="Content">The content.</param>
internal sealed record Attachment(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Content) : ICanonical<Attachment>
{
    /// <summary>Largest content in bytes.</summary>
    public const int MaxContent = 16 * 1024 * 1024;

    private const int SaltSize = 32;
    private byte[]? _bytes;

    /// <summary>The blob as it is stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= Canonical.Encode(this);

    /// <summary>The salted commitment, which is also the blob's name in the store.</summary>
    public Digest Commitment => Digest.Of(Bytes.Span);

    public static Attachment Create(ReadOnlyMemory<byte> content) => new(SecureRandom.Bytes(SaltSize), content);

    public static Attachment Create<T>(T content)
        where T : ICanonical<T> => Create(Canonical.Encode(content));

    public static Attachment Create<T>(ReadOnlyMemory<byte> salt, T content)
        where T : ICanonical<T> => new(salt, Canonical.Encode(content));

    void ICanonical<Attachment>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Salt.Span);
        writer.Write(Content.Span);
    }

    static Attachment ICanonical<Attachment>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        ReadOnlyMemory<byte> salt = reader.ReadBytes(SaltSize);
        return salt.Length == SaltSize
            ? new Attachment(salt, reader.ReadBytes(MaxContent))
            : throw new MalformedDataException($"A salt of {salt.Length} bytes where {SaltSize} are expected.");
    }
}
