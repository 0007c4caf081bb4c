using MedChain.Core.Primitives;

namespace MedChain.Core.Cryptography;

/// <summary>An X-Wing private key with which sealed secrets are opened, held in libsodium's locked memory and zeroed on disposal. Thread
/// safe.</summary>
public sealed class HybridDecryptionKey : IDisposable
{
    /// <summary>Length of the seed, the exported form of the key, in bytes.</summary>
    public const int SeedSize = XWing.SeedSize;

    private readonly SecretScalar.LockedMemory _seed = new();

    private HybridDecryptionKey(ReadOnlySpan<byte> seed)
    {
        byte[] publicKey = new byte[XWing.PublicKeySize];
        using var lease = new SecretScalar.Lease(_seed);
        if (XWing.MakeKeys(publicKey, lease.Writable, seed) != 0)
        {
            throw new InvalidOperationException("libsodium made no X-Wing key.");
        }

        PublicKey = new HybridKey(publicKey);
    }

    /// <summary>Gets the public half, to which others seal.</summary>
    public HybridKey PublicKey { get; }

    /// <summary>Makes a new key from the operating system's randomness.</summary>
    /// <returns>The key.</returns>
    public static HybridDecryptionKey Create()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        SecureRandom.Fill(seed);
        try
        {
            return new HybridDecryptionKey(seed);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Makes the key that belongs to a seed.</summary>
    /// <param name="seed">Exactly <see cref="SeedSize"/> bytes, that serve no other key: who breaks the other one would have this
    /// one.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException"><paramref name="seed"/> has another length.</exception>
    public static HybridDecryptionKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new HybridDecryptionKey(seed)
        : throw new ArgumentException($"The seed of a hybrid key is {SeedSize} bytes, not {seed.Length}.", nameof(seed));

    /// <summary>Copies out the seed, for a key store. Whoever holds it is the key's owner: zero it after use.</summary>
    /// <returns>A new array of <see cref="SeedSize"/> bytes.</returns>
    public byte[] ExportSeed()
    {
        using var lease = new SecretScalar.Lease(_seed);
        return lease.Bytes.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _seed.Dispose();

    /// <summary>Finds out what was encapsulated. The caller zeroes <paramref name="secret"/> after use.</summary>
    internal void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        using var lease = new SecretScalar.Lease(_seed);
        if (XWing.Decapsulate(secret, ciphertext, lease.Bytes) != 0)
        {
            throw new InvalidOperationException("libsodium did not open an X-Wing ciphertext.");
        }
    }
}
