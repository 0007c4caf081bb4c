using MedChain.Core.Primitives;
using NSec.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>An X25519 private key (RFC 7748) with which sealed secrets are opened, held in libsodium's locked memory and zeroed on
/// disposal. Thread safe.</summary>
public sealed class DecryptionKey : IDisposable
{
    /// <summary>Length of the seed, the exported form of the key, in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>Length of an agreed secret in bytes.</summary>
    internal const int SharedSecretSize = 32;

    private readonly Key _key;

    private DecryptionKey(Key key)
    {
        _key = key;
        PublicKey = new AgreementKey(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>Gets the public half, to which others seal.</summary>
    public AgreementKey PublicKey { get; }

    /// <summary>Makes a new key from the operating system's randomness.</summary>
    /// <returns>The key.</returns>
    public static DecryptionKey Create() =>
        new(Key.Create(KeyAgreementAlgorithm.X25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <summary>Makes the key that belongs to a seed.</summary>
    /// <param name="seed">Exactly <see cref="SeedSize"/> bytes.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException"><paramref name="seed"/> has another length.</exception>
    public static DecryptionKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"The seed of a decryption key is {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        }

        var parameters = new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        return new DecryptionKey(Key.Import(KeyAgreementAlgorithm.X25519, seed, KeyBlobFormat.RawPrivateKey, parameters));
    }

    /// <summary>Copies out the seed, for a key store. Whoever holds it is the key's owner: zero it after use.</summary>
    /// <returns>A new array of <see cref="SeedSize"/> bytes.</returns>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>X25519 with a peer's key. The caller zeroes <paramref name="sharedSecret"/> after use.</summary>
    /// <returns><see langword="false"/> when the peer's key is a point of small order, with which every agreement has the same, known
    /// result.</returns>
    internal bool TryAgree(AgreementKey peer, Span<byte> sharedSecret)
    {
        Span<byte> peerBytes = stackalloc byte[AgreementKey.Size];
        peer.CopyTo(peerBytes);
        var imported = NSec.Cryptography.PublicKey.Import(KeyAgreementAlgorithm.X25519, peerBytes, KeyBlobFormat.RawPublicKey);
        var parameters = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextArchiving };
        using SharedSecret? agreed = KeyAgreementAlgorithm.X25519.Agree(_key, imported, parameters);
        return agreed is not null && agreed.TryExport(SharedSecretBlobFormat.RawSharedSecret, sharedSecret, out _);
    }
}
