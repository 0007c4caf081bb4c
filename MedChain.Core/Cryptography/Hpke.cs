using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Primitives;
using NSec.Cryptography;
using CryptographicOperations = System.Security.Cryptography.CryptographicOperations;

namespace MedChain.Core.Cryptography;

/// <summary>Seals bytes to the holder of a key: HPKE in base mode, one message for each encapsulation (RFC 9180, sections 5.1.1 and 6.1),
/// with DHKEM(X25519, HKDF-SHA256) or X-Wing (draft-connolly-cfrg-xwing-kem), HKDF-SHA256 and ChaCha20-Poly1305.</summary>
/// <remarks>A sealed message is the encapsulation (the ephemeral public key, or X-Wing's ciphertext) and the ciphertext with its tag. It
/// says nothing about its sender: who must know that signs what is sealed. The ephemeral key lives in locked memory; agreed secrets and
/// derived keys only on the stack, zeroed before return.</remarks>
internal static class Hpke
{
    /// <summary>How many bytes a sealed message is longer than its plaintext.</summary>
    public const int Overhead = AgreementKey.Size + TagSize;

    /// <summary>Length of the opening of one message.</summary>
    public const int OpeningSize = KeySize + NonceSize;

    /// <summary>How many bytes a message sealed to a hybrid key is longer than its plaintext.</summary>
    public const int HybridOverhead = XWing.CiphertextSize + TagSize;

    private const int TagSize = 16;
    private const int NonceSize = 12;
    private const int KeySize = 32;
    private const int HashSize = 32;

    private static readonly KeyDerivationAlgorithm2 Hkdf = KeyDerivationAlgorithm.HkdfSha256;

    /// <summary>"KEM" and the id of DHKEM(X25519, HKDF-SHA256).</summary>
    private static ReadOnlySpan<byte> KemSuite => "KEM\u0000\u0020"u8;

    /// <summary>"HPKE" and the ids of the KEM, HKDF-SHA256 and ChaCha20-Poly1305.</summary>
    private static ReadOnlySpan<byte> HpkeSuite => "HPKE\u0000\u0020\u0000\u0001\u0000\u0003"u8;

    /// <summary>The same with X-Wing's id, 0x647A.</summary>
    private static ReadOnlySpan<byte> HybridSuite => "HPKE\u0064\u007A\u0000\u0001\u0000\u0003"u8;

    /// <summary>Seals a message to a recipient.</summary>
    /// <param name="recipient">The recipient's key.</param>
    /// <param name="info">What the message is for; the recipient must give the same.</param>
    /// <param name="associatedData">More that is authenticated and not sent.</param>
    /// <param name="plaintext">The message.</param>
    /// <exception cref="ArgumentException">The recipient's key is a point of small order: nobody can hold its private half.</exception>
    public static byte[] Seal(
        AgreementKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        using var ephemeral = DecryptionKey.Create();
        return Seal(ephemeral, recipient, info, associatedData, plaintext);
    }

    /// <summary>Seals a message to a hybrid key.</summary>
    /// <param name="recipient">The recipient's key.</param>
    /// <param name="info">What the message is for; the recipient must give the same.</param>
    /// <param name="plaintext">The message.</param>
    /// <exception cref="ArgumentException">The recipient's key is no X-Wing key.</exception>
    public static byte[] Seal(HybridKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> secrets = stackalloc byte[XWing.SharedSecretSize + OpeningSize];
        Span<byte> shared = secrets[..XWing.SharedSecretSize];
        Span<byte> opening = secrets[XWing.SharedSecretSize..];
        byte[] message = new byte[HybridOverhead + plaintext.Length];
        try
        {
            if (XWing.Encapsulate(message.AsSpan(0, XWing.CiphertextSize), shared, recipient.Bytes) != 0)
            {
                throw new ArgumentException($"The key {recipient} is no X-Wing key; ask its owner for a real one.", nameof(recipient));
            }

            ScheduleKeys(HybridSuite, shared, info, opening);
            using Key key = ImportKey(opening);
            AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, opening[KeySize..], [], plaintext, message.AsSpan(XWing.CiphertextSize));
            return message;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
        }
    }

    /// <summary>Seals with a given ephemeral key, which must never seal another message.</summary>
    internal static byte[] Seal(
        DecryptionKey ephemeral,
        AgreementKey recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> plaintext)
    {
        Span<byte> opening = stackalloc byte[OpeningSize];
        if (!Schedule(ephemeral, recipient, ephemeral.PublicKey, recipient, info, opening))
        {
            throw new ArgumentException($"The key {recipient} is of small order; ask its owner for a real one.", nameof(recipient));
        }

        using Key key = ImportKey(opening);
        byte[] message = new byte[Overhead + plaintext.Length];
        ephemeral.PublicKey.CopyTo(message);
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(
            key, opening[KeySize..], associatedData, plaintext, message.AsSpan(AgreementKey.Size));
        CryptographicOperations.ZeroMemory(opening);
        return message;
    }

    /// <summary>Opens a sealed message. The caller zeroes the plaintext after use when it is secret.</summary>
    /// <returns><see langword="false"/> for anything wrong: another recipient, info or associated data, or changed bytes.</returns>
    public static bool TryOpen(
        DecryptionKey key,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> message,
        [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = message.Length < Overhead ? null : new byte[message.Length - Overhead];
        if (plaintext is not null && TryOpen(key, info, associatedData, message, plaintext.AsSpan()))
        {
            return true;
        }

        plaintext = null;
        return false;
    }

    /// <summary>Opens a sealed message of known length into memory that the caller chose.</summary>
    /// <returns><see langword="false"/> for anything wrong, also for a plaintext of another length than
    /// <paramref name="destination"/>.</returns>
    public static bool TryOpen(
        DecryptionKey key,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> message,
        Span<byte> destination)
    {
        Span<byte> opening = stackalloc byte[OpeningSize];
        try
        {
            return TryReveal(key, info, message, opening) && TryOpenRevealed(opening, associatedData, message, destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opening);
        }
    }

    /// <summary>Derives the key and nonce of one message. Published, they open this message to everybody, and no other.</summary>
    /// <param name="key">The recipient's key.</param>
    /// <param name="info">What the message is for.</param>
    /// <param name="message">The message.</param>
    /// <param name="opening">Gets the opening, <see cref="OpeningSize"/> bytes.</param>
    /// <returns><see langword="false"/> for a message that is too short, or an encapsulated key of small order.</returns>
    public static bool TryReveal(DecryptionKey key, ReadOnlySpan<byte> info, ReadOnlySpan<byte> message, Span<byte> opening)
    {
        if (message.Length < Overhead)
        {
            return false;
        }

        var encapsulated = new AgreementKey(message[..AgreementKey.Size]);
        return Schedule(key, encapsulated, encapsulated, key.PublicKey, info, opening);
    }

    /// <summary>Derives the key and nonce of one message to a hybrid key.</summary>
    /// <returns><see langword="false"/> for a message that is too short.</returns>
    public static bool TryReveal(HybridDecryptionKey key, ReadOnlySpan<byte> info, ReadOnlySpan<byte> message, Span<byte> opening)
    {
        if (message.Length < HybridOverhead)
        {
            return false;
        }

        Span<byte> shared = stackalloc byte[XWing.SharedSecretSize];
        key.Decapsulate(message[..XWing.CiphertextSize], shared);
        ScheduleKeys(HybridSuite, shared, info, opening);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    /// <summary>Opens a message with what <see cref="TryReveal(DecryptionKey, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    /// derived.</summary>
    /// <param name="opening">The opening.</param>
    /// <param name="associatedData">What is authenticated too.</param>
    /// <param name="message">The message.</param>
    /// <param name="destination">Gets the plaintext.</param>
    /// <param name="encapsulation">Length of the encapsulation before the ciphertext.</param>
    /// <returns><see langword="false"/> when the message is not authentic under the opening, or its plaintext has another length than
    /// <paramref name="destination"/>.</returns>
    /// <remarks>The cipher does not commit to its key: who makes a message can make it open to two plaintexts. But for a message that
    /// somebody else made, finding a second opening means forging a Poly1305 tag, about 2^-106 for each try.</remarks>
    public static bool TryOpenRevealed(
        ReadOnlySpan<byte> opening,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> message,
        Span<byte> destination,
        int encapsulation = AgreementKey.Size)
    {
        if (opening.Length != OpeningSize || message.Length != encapsulation + TagSize + destination.Length)
        {
            return false;
        }

        using Key key = ImportKey(opening);
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(
            key, opening[KeySize..], associatedData, message[encapsulation..], destination);
    }

    private static Key ImportKey(ReadOnlySpan<byte> opening) =>
        Key.Import(AeadAlgorithm.ChaCha20Poly1305, opening[..KeySize], KeyBlobFormat.RawSymmetricKey);

    /// <summary>DHKEM's shared secret (section 4.1) and from it the key schedule.</summary>
    /// <returns><see langword="false"/> when the peer's key is a point of small order.</returns>
    private static bool Schedule(
        DecryptionKey own,
        AgreementKey peer,
        AgreementKey encapsulated,
        AgreementKey recipient,
        ReadOnlySpan<byte> info,
        Span<byte> opening)
    {
        Span<byte> secrets = stackalloc byte[DecryptionKey.SharedSecretSize + (2 * HashSize)];
        Span<byte> agreed = secrets[..DecryptionKey.SharedSecretSize];
        Span<byte> pseudorandom = secrets.Slice(DecryptionKey.SharedSecretSize, HashSize);
        Span<byte> shared = secrets.Slice(DecryptionKey.SharedSecretSize + HashSize, HashSize);
        try
        {
            if (!own.TryAgree(peer, agreed))
            {
                return false;
            }

            Span<byte> kemContext = stackalloc byte[2 * AgreementKey.Size];
            encapsulated.CopyTo(kemContext);
            recipient.CopyTo(kemContext[AgreementKey.Size..]);
            Extract(KemSuite, salt: [], "eae_prk"u8, agreed, pseudorandom);
            Expand(KemSuite, pseudorandom, "shared_secret"u8, kemContext, shared);

            ScheduleKeys(HpkeSuite, shared, info, opening);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
        }
    }

    /// <summary>The key schedule of mode base (section 5.1) from a KEM's shared secret.</summary>
    private static void ScheduleKeys(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> shared, ReadOnlySpan<byte> info, Span<byte> opening)
    {
        Span<byte> pseudorandom = stackalloc byte[HashSize];
        Span<byte> context = stackalloc byte[1 + (2 * HashSize)];
        context[0] = 0x00; // Mode base: no pre-shared key, no sender's key.
        Extract(suite, salt: [], "psk_id_hash"u8, keyMaterial: [], context.Slice(1, HashSize));
        Extract(suite, salt: [], "info_hash"u8, info, context[(1 + HashSize)..]);
        Extract(suite, shared, "secret"u8, keyMaterial: [], pseudorandom);
        Expand(suite, pseudorandom, "key"u8, context, opening[..KeySize]);
        Expand(suite, pseudorandom, "base_nonce"u8, context, opening[KeySize..]);
        CryptographicOperations.ZeroMemory(pseudorandom);
    }

    /// <summary>LabeledExtract (section 4).</summary>
    private static void Extract(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> keyMaterial, Span<byte> output)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. keyMaterial];
        Hkdf.Extract(labeled, salt, output);
        CryptographicOperations.ZeroMemory(labeled);
    }

    /// <summary>LabeledExpand (section 4).</summary>
    private static void Expand(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> pseudorandom, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        byte[] labeled = [(byte)(output.Length >> 8), (byte)output.Length, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        Hkdf.Expand(pseudorandom, labeled, output);
    }
}
