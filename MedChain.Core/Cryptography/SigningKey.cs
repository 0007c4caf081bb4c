using MedChain.Core.Primitives;
using NSec.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>An Ed25519 private key (RFC 8032), held in libsodium's locked memory and zeroed on disposal. Thread safe.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Length of the seed, the exported form of the key, in bytes.</summary>
    public const int SeedSize = 32;

    private readonly Key _key;

    private SigningKey(Key key)
    {
        _key = key;
        PublicKey = new Primitives.PublicKey(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>Gets the public half.</summary>
    public Primitives.PublicKey PublicKey { get; }

    /// <summary>Makes a new key from the operating system's randomness.</summary>
    /// <returns>The key.</returns>
    public static SigningKey Create() =>
        new(Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <summary>Makes the key that belongs to a seed.</summary>
    /// <param name="seed">Exactly <see cref="SeedSize"/> bytes.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException"><paramref name="seed"/> has another length.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"The seed of a signing key is {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        }

        var parameters = new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        return new SigningKey(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, parameters));
    }

    /// <summary>Copies out the seed, for a key store. Whoever holds it is the key's owner: zero it after use.</summary>
    /// <returns>A new array of <see cref="SeedSize"/> bytes.</returns>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Signs some bytes.</summary>
    /// <param name="message">Any length.</param>
    /// <returns>The signature.</returns>
    public Signature Sign(ReadOnlySpan<byte> message)
    {
        Span<byte> signature = stackalloc byte[Signature.Size];
        SignatureAlgorithm.Ed25519.Sign(_key, message, signature);
        return new Signature(signature);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
