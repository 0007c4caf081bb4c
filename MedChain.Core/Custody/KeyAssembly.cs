using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>The recipient's side of a release: opens shares and restores the record's secret, which the dealer's commitments
/// confirm.</summary>
internal static class KeyAssembly
{
    /// <summary>Restores a record's secret.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="header">The record's key header, checked against its commitment.</param>
    /// <param name="permit">The access request or task.</param>
    /// <param name="key">The recipient's key.</param>
    /// <param name="shares">Released shares of this record, in any order, good and bad.</param>
    /// <returns>The secret, which the caller disposes; <see langword="null"/> when too few shares are good.</returns>
    /// <remarks>Shares are nearly always good, so the first ones are combined unchecked and the result is compared with the commitment to
    /// the secret. Only when it differs is each share checked by itself, which costs some times as much.</remarks>
    public static SecretScalar? TryRestore(
        ChainId chain, KeyHeader header, Digest permit, DecryptionKey key, IReadOnlyList<ReleasedShare> shares)
    {
        if (header.Commitments.IsEmpty)
        {
            return null;
        }

        SecretScalar? secret = TryCombine(chain, header, permit, key, shares, isGood: null);
        if (secret is null || secret.Commit() == header.Commitments[0])
        {
            return secret;
        }

        secret.Dispose();
        return TryCombine(
            chain,
            header,
            permit,
            key,
            shares,
            (validator, share) => SecretSharing.VerifyShare(header.Commitments.AsSpan(), validator + 1, share));
    }

    /// <summary>Combines the first shares of different validators that open and are good, as many as are needed.</summary>
    private static SecretScalar? TryCombine(
        ChainId chain,
        KeyHeader header,
        Digest permit,
        DecryptionKey key,
        IReadOnlyList<ReleasedShare> shares,
        Func<int, SecretScalar, bool>? isGood)
    {
        int needed = header.Commitments.Length;
        var opened = new Dictionary<int, SecretScalar>();
        try
        {
            for (int i = 0; i < shares.Count && opened.Count < needed; i++)
            {
                ReleasedShare released = shares[i];
                if (opened.ContainsKey(released.Validator) || TryOpen(chain, permit, key, released) is not { } share)
                {
                    continue;
                }

                if (isGood is null || isGood(released.Validator, share))
                {
                    opened.Add(released.Validator, share);
                }
                else
                {
                    share.Dispose();
                }
            }

            return opened.Count == needed ? SecretSharing.Combine([.. opened.Select(s => (s.Key + 1, s.Value))]) : null;
        }
        finally
        {
            foreach (SecretScalar share in opened.Values)
            {
                share.Dispose();
            }
        }
    }

    private static SecretScalar? TryOpen(ChainId chain, Digest permit, DecryptionKey key, ReleasedShare released)
    {
        byte[] binding = ShareSeal.Release(chain, released.Record, permit, released.Validator);
        return SecretScalar.TryOpen(key, binding, [], released.Sealed.Span, out SecretScalar? share) ? share : null;
    }
}
