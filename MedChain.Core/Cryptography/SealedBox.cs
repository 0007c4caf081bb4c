using MedChain.Core.Primitives;

namespace MedChain.Core.Cryptography;

/// <summary>How a secret is sealed to its holder. On the wire: the numbers do not change.</summary>
internal enum SealingAlgorithm : byte
{
    /// <summary>HPKE with DHKEM(X25519, HKDF-SHA256).</summary>
    X25519 = 1,

    /// <summary>HPKE with X-Wing: X25519 and ML-KEM-768 together.</summary>
    XWing = 2,
}

/// <summary>The public keys to which secrets for one holder are sealed.</summary>
/// <param name="Agreement">The X25519 key.</param>
/// <param name="Hybrid">The X-Wing key; <see langword="null"/> for a holder that has none. Who has one gets everything sealed to
/// it.</param>
internal readonly record struct SealingKeys(AgreementKey Agreement, HybridKey? Hybrid)
{
    public static implicit operator SealingKeys(AgreementKey key) => new(key, null);
}

/// <summary>The private keys with which one holder opens what is sealed to it.</summary>
/// <param name="Agreement">The X25519 key.</param>
/// <param name="Hybrid">The X-Wing key; <see langword="null"/> without one.</param>
internal sealed record OpeningKeys(DecryptionKey Agreement, HybridDecryptionKey? Hybrid)
{
    public SealingKeys Public => new(Agreement.PublicKey, Hybrid?.PublicKey);

    public static implicit operator OpeningKeys(DecryptionKey key) => new(key, null);
}

/// <summary>A secret sealed to a holder by one of several algorithms, which its first byte names: so what was sealed before a holder had a
/// hybrid key still opens.</summary>
internal static class SealedBox
{
    /// <summary>Seals a secret.</summary>
    /// <param name="recipient">The holder's keys.</param>
    /// <param name="info">What the secret is for; the holder must give the same.</param>
    /// <param name="plaintext">The secret.</param>
    /// <exception cref="ArgumentException">The recipient's key is none that anybody can hold the private half of.</exception>
    public static byte[] Seal(SealingKeys recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> plaintext) => recipient.Hybrid is null
        ? [(byte)SealingAlgorithm.X25519, .. Hpke.Seal(recipient.Agreement, info, [], plaintext)]
        : [(byte)SealingAlgorithm.XWing, .. Hpke.Seal(recipient.Hybrid, info, plaintext)];

    /// <summary>Length of the secret in a box; negative for no box.</summary>
    public static int LengthOf(ReadOnlySpan<byte> box) => box.IsEmpty
        ? -1
        : (SealingAlgorithm)box[0] switch
        {
            SealingAlgorithm.X25519 => box.Length - 1 - Hpke.Overhead,
            SealingAlgorithm.XWing => box.Length - 1 - Hpke.HybridOverhead,
            _ => -1,
        };

    /// <summary>Opens a box into memory that the caller chose.</summary>
    /// <returns><see langword="false"/> for anything wrong, also for a secret of another length than
    /// <paramref name="destination"/>.</returns>
    public static bool TryOpen(OpeningKeys keys, ReadOnlySpan<byte> info, ReadOnlySpan<byte> box, Span<byte> destination)
    {
        Span<byte> opening = stackalloc byte[Hpke.OpeningSize];
        try
        {
            return TryReveal(keys, info, box, opening) && TryOpenRevealed(opening, box, destination);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(opening);
        }
    }

    /// <summary>Derives what opens one box to everybody, and no other.</summary>
    /// <returns><see langword="false"/> for no box, or one of an algorithm for which the holder has no key.</returns>
    public static bool TryReveal(OpeningKeys keys, ReadOnlySpan<byte> info, ReadOnlySpan<byte> box, Span<byte> opening) =>
        LengthOf(box) >= 0
        && ((SealingAlgorithm)box[0] == SealingAlgorithm.X25519
            ? Hpke.TryReveal(keys.Agreement, info, box[1..], opening)
            : keys.Hybrid is not null && Hpke.TryReveal(keys.Hybrid, info, box[1..], opening));

    /// <summary>Opens a box with what <see cref="TryReveal"/> derived.</summary>
    public static bool TryOpenRevealed(ReadOnlySpan<byte> opening, ReadOnlySpan<byte> box, Span<byte> destination) =>
        LengthOf(box) == destination.Length
        && Hpke.TryOpenRevealed(
            opening,
            [],
            box[1..],
            destination,
            (SealingAlgorithm)box[0] == SealingAlgorithm.X25519 ? AgreementKey.Size : XWing.CiphertextSize);
}
