using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>The recipient's side of a release: opens shares, checks each against the dealer's commitments and restores the record's secret
/// from the first good ones.</summary>
internal static class KeyAssembly
{
    /// <summary>Restores a record's secret.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="header">The record's key header, checked against its commitment.</param>
    /// <param name="permit">The access request or task.</param>
    /// <param name="key">The recipient's key.</param>
    /// <param name="shares">Released shares of this record, in any order, good and bad.</param>
    /// <returns>The secret, which the caller disposes; <see langword="null"/> when too few shares are good.</returns>
    public static SecretScalar? TryRestore(
        ChainId chain, KeyHeader header, Digest permit, DecryptionKey key, IEnumerable<ReleasedShare> shares)
    {
        int needed = header.Commitments.Length;
        var good = new Dictionary<int, SecretScalar>();
        try
        {
            foreach (ReleasedShare released in shares)
            {
                if (good.Count == needed)
                {
                    break;
                }

                if (!good.ContainsKey(released.Validator) && TryOpen(chain, header, permit, key, released) is { } share)
                {
                    good.Add(released.Validator, share);
                }
            }

            return needed > 0 && good.Count == needed
                ? SecretSharing.Combine([.. good.Select(s => (s.Key + 1, s.Value))])
                : null;
        }
        finally
        {
            foreach (SecretScalar share in good.Values)
            {
                share.Dispose();
            }
        }
    }

    private static SecretScalar? TryOpen(ChainId chain, KeyHeader header, Digest permit, DecryptionKey key, ReleasedShare released)
    {
        byte[] binding = ShareSeal.Release(chain, released.Record, permit, released.Validator);
        if (!SecretScalar.TryOpen(key, binding, [], released.Sealed.Span, out SecretScalar? share))
        {
            return null;
        }

        if (SecretSharing.VerifyShare(header.Commitments.AsSpan(), released.Validator + 1, share))
        {
            return share;
        }

        share.Dispose();
        return null;
    }
}
