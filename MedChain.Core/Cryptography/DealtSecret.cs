using System.Collections.Immutable;

namespace MedChain.Core.Cryptography;

/// <summary>What a dealer holds: the secret, a share for each holder, and the commitments by which holders check their shares. Owns its
/// scalars.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="Commitments">One point for each coefficient of the polynomial, as many as the threshold; the first commits to the
/// secret.</param>
/// <param name="Shares">The share of holder 1 first.</param>
internal sealed record DealtSecret(
    SecretScalar Secret, ImmutableArray<RistrettoPoint> Commitments, ImmutableArray<SecretScalar> Shares) : IDisposable
{
    public void Dispose()
    {
        Secret.Dispose();
        foreach (SecretScalar share in Shares)
        {
            share.Dispose();
        }
    }
}
