using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Keys;

/// <summary>Keys as a store keeps them, with a checksum: a seed of other bytes is another key, and its holder somebody else.</summary>
internal sealed record StoredKeys(string Chain, string Holder, byte[] SigningSeed, byte[] AgreementSeed)
    : ICanonical<StoredKeys>, IDisposable
{
    /// <summary>Longest name of a chain or a holder in characters.</summary>
    public const int MaxName = 128;

    private const int MaxNameBytes = 4 * MaxName;
    private const long Version = 1;

    /// <exception cref="ArgumentException">A name is empty or longer than <see cref="MaxName"/>.</exception>
    public static void CheckNames(string chain, string holder)
    {
        ArgumentException.ThrowIfNullOrEmpty(chain);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chain.Length, MaxName, nameof(chain));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holder.Length, MaxName, nameof(holder));
    }

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
        writer.BeginArray(6);
        writer.Write(Version);
        writer.Write(Chain);
        writer.Write(Holder);
        writer.Write(SigningSeed);
        writer.Write(AgreementSeed);
        writer.Write(Checksum());
    }

    static StoredKeys ICanonical<StoredKeys>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        _ = reader.ReadInt32((int)Version, (int)Version);
        string chain = reader.ReadString(MaxNameBytes);
        string holder = reader.ReadString(MaxNameBytes);
        byte[] signing = reader.ReadBytes(SigningKey.SeedSize).ToArray();
        byte[] agreement = reader.ReadBytes(DecryptionKey.SeedSize).ToArray();
        if (signing.Length != SigningKey.SeedSize || agreement.Length != DecryptionKey.SeedSize)
        {
            throw new MalformedDataException("A stored key has the wrong length.");
        }

        var stored = new StoredKeys(chain, holder, signing, agreement);
        return reader.ReadDigest() == stored.Checksum() ? stored : throw new MalformedDataException("The checksum is wrong.");
    }

    private Digest Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Chain));
        hash.AppendData([0]);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Holder));
        hash.AppendData([0]);
        hash.AppendData(SigningSeed);
        hash.AppendData(AgreementSeed);
        return new Digest(hash.GetHashAndReset());
    }
}
