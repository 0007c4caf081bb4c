using MedChain.Core.Primitives;
using NSec.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>Verifies Ed25519 signatures (RFC 8032).</summary>
public static class SignatureVerifier
{
    /// <summary>Says whether a signature is by the holder of a key.</summary>
    /// <param name="key">The signer's public key; bytes that are no curve point verify nothing.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns><see langword="false"/> for a wrong signature of any form: a bad signature is expected, so it is no exception.</returns>
    public static bool Verify(Primitives.PublicKey key, ReadOnlySpan<byte> message, Signature signature)
    {
        Span<byte> keyBytes = stackalloc byte[Primitives.PublicKey.Size];
        key.CopyTo(keyBytes);
        if (!NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, keyBytes, KeyBlobFormat.RawPublicKey, out var imported))
        {
            return false;
        }

        Span<byte> signatureBytes = stackalloc byte[Signature.Size];
        signature.CopyTo(signatureBytes);
        return SignatureAlgorithm.Ed25519.Verify(imported!, message, signatureBytes);
    }
}
