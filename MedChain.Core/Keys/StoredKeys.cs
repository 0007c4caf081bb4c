using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;

namespace MedChain.Core.Keys;

/// <summary>Keys as a store keeps them.</summary>
internal sealed record StoredKeys(string Chain, string Holder, byte[] SigningSeed, byte[] AgreementSeed) : ICanonical<StoredKeys>, IDisposable
{
    private const int MaxNameBytes = 512;

    public static StoredKeys Of(string chain, string holder, HolderKeys keys) =>
        new(chain, holder, keys.Signing.ExportSeed(), keys.Agreement.ExportSeed());

    public HolderKeys ToKeys() => new(SigningKey.FromSeed(SigningSeed), DecryptionKey.FromSeed(AgreementSeed));

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(SigningSeed);
        CryptographicOperations.ZeroMemory(AgreementSeed);
    }

    void ICanonical<StoredKeys>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(1L);
        writer.Write(Chain);
        writer.Write(Holder);
        writer.Write(SigningSeed);
        writer.Write(AgreementSeed);
    }

    static StoredKeys ICanonical<StoredKeys>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        _ = reader.ReadInt32(1, 1);
        string chain = reader.ReadString(MaxNameBytes);
        string holder = reader.ReadString(MaxNameBytes);
        byte[] signing = reader.ReadBytes(SigningKey.SeedSize).ToArray();
        byte[] agreement = reader.ReadBytes(DecryptionKey.SeedSize).ToArray();
        return signing.Length == SigningKey.SeedSize && agreement.Length == DecryptionKey.SeedSize
            ? new StoredKeys(chain, holder, signing, agreement)
            : throw new MalformedDataException("A stored key has the wrong length.");
    }
}
