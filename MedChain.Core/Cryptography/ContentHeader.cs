using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Cryptography;

/// <summary>What a holder of the secret needs, besides the record's name, to decrypt the record's content. Not secret.</summary>
/// <param name="Algorithm">The algorithm of the chunks.</param>
/// <param name="Salt">32 random bytes, new for every encryption, so that no key ever encrypts twice.</param>
internal sealed record ContentHeader(ContentAlgorithm Algorithm, Digest Salt) : ICanonical<ContentHeader>
{
    void ICanonical<ContentHeader>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Algorithm);
        writer.Write(Salt);
    }

    static ContentHeader ICanonical<ContentHeader>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        var algorithm = (ContentAlgorithm)reader.ReadInt32((int)ContentAlgorithm.Aes256Gcm, (int)ContentAlgorithm.XChaCha20Poly1305);
        return new ContentHeader(algorithm, reader.ReadDigest());
    }
}
