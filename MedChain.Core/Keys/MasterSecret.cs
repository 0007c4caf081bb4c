using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using NSec.Cryptography;

namespace MedChain.Core.Keys;

/// <summary>One secret from which a patient has keys of her own, and so another account, for every chain and every relationship: a doctor,
/// a study, an insurer. Nobody sees of two accounts that they are one person's. In locked memory, zeroed on disposal. Thread
/// safe.</summary>
/// <remarks>Keys follow from the secret alone, so this is all that she must keep. Keys are HKDF-SHA256 (RFC 5869) of the secret with chain,
/// relationship and role as info: from those of some accounts nobody can compute those of others.</remarks>
public sealed class MasterSecret : IDisposable
{
    /// <summary>Length of the exported form in bytes.</summary>
    public const int Size = 32;

    /// <summary>Longest name of a relationship in bytes.</summary>
    public const int MaxRelationshipBytes = 256;

    private readonly SecretScalar.LockedMemory _memory = new();

    private MasterSecret(ReadOnlySpan<byte> bytes)
    {
        using var lease = new SecretScalar.Lease(_memory);
        bytes.CopyTo(lease.Writable);
    }

    /// <summary>Makes a new secret from the operating system's randomness.</summary>
    /// <returns>The secret.</returns>
    public static MasterSecret Create()
    {
        Span<byte> bytes = stackalloc byte[Size];
        SecureRandom.Fill(bytes);
        try
        {
            return new MasterSecret(bytes);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Takes over an exported secret; the caller zeroes its own bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes, as random as they were made.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public static MasterSecret Import(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new MasterSecret(bytes)
        : throw new ArgumentException($"A master secret is {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Copies out the secret, for a backup. Whoever holds it is the patient on every chain: zero it after use.</summary>
    /// <returns>A new array of <see cref="Size"/> bytes.</returns>
    public byte[] Export()
    {
        using var lease = new SecretScalar.Lease(_memory);
        return lease.Bytes.ToArray();
    }

    /// <summary>Derives the keys of one account.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="relationship">The patient's name for whom the account faces, 1 to <see cref="MaxRelationshipBytes"/> bytes; never on a
    /// chain. The same name gives the same keys.</param>
    /// <returns>The keys, which the caller disposes.</returns>
    public HolderKeys DeriveKeys(ChainId chain, string relationship)
    {
        ArgumentException.ThrowIfNullOrEmpty(relationship);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            System.Text.Encoding.UTF8.GetByteCount(relationship), MaxRelationshipBytes, nameof(relationship));
        Span<byte> seed = stackalloc byte[Size];
        try
        {
            Derive(chain, relationship, "signing", seed);
            SigningKey signing = SigningKey.FromSeed(seed);
            Derive(chain, relationship, "agreement", seed);
            return new HolderKeys(signing, DecryptionKey.FromSeed(seed));
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private void Derive(ChainId chain, string relationship, string role, Span<byte> seed)
    {
        byte[] info = Canonical.EncodeTagged("medchain/pseudonym/v1", new KeyName(chain, relationship, role));
        using var lease = new SecretScalar.Lease(_memory);
        KeyDerivationAlgorithm.HkdfSha256.DeriveBytes(lease.Bytes, salt: [], info, seed);
    }

    private sealed record KeyName(ChainId Chain, string Relationship, string Role) : ICanonical<KeyName>
    {
        void ICanonical<KeyName>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Relationship);
            writer.Write(Role);
        }

        static KeyName ICanonical<KeyName>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new KeyName(reader.ReadChainId(), reader.ReadString(MaxRelationshipBytes), reader.ReadString(16));
        }
    }
}
