using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>The recipient's side of a release: what the custodians sent for one permit, opened; from it the records' secrets are restored,
/// which the dealers' commitments confirm.</summary>
internal sealed class OpenedShares : IDisposable
{
    private readonly List<ShareBatch> _batches = [];
    private readonly Dictionary<ShareBatch, ReleasedShares> _origins = [];
    private readonly Dictionary<ReleasedShares, Digest> _wrong = [];
    private readonly Dictionary<Digest, List<(int Holder, ShareBatch Batch, int Index)>> _byRecord = [];

    /// <summary>Opens what custodians released. What does not open, or is not signed, counts as not sent.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="permit">The access request or task.</param>
    /// <param name="key">The recipient's key.</param>
    /// <param name="released">The custodians' answers.</param>
    public OpenedShares(ChainId chain, Digest permit, DecryptionKey key, IEnumerable<ReleasedShares> released)
    {
        foreach (ReleasedShares shares in released)
        {
            byte[] binding = ShareSeal.Release(chain, permit, shares.Custodian);
            if (shares.IsSigned(chain, permit) && ShareBatch.TryOpen(key, binding, shares.Sealed.Span, out ShareBatch? batch))
            {
                _batches.Add(batch);
                _origins.Add(batch, shares);
                Index(batch);
            }
        }
    }

    /// <summary>Releases in which a share was found that is not the one that its record's commitments promise, with that record.</summary>
    public IReadOnlyDictionary<ReleasedShares, Digest> Wrong => _wrong;

    /// <summary>The releases that were signed and could be opened.</summary>
    public IEnumerable<ReleasedShares> Releases => _origins.Values;

    /// <summary>How many shares of a record there are, good or bad.</summary>
    public int CountOf(Digest record) => _byRecord.TryGetValue(record, out var shares) ? shares.Count : 0;

    /// <summary>Restores a record's secret.</summary>
    /// <param name="record">The record.</param>
    /// <param name="header">Its key header, checked against its commitment.</param>
    /// <returns>The secret, which the caller disposes; <see langword="null"/> when too few shares are good.</returns>
    /// <remarks>Shares are nearly always good, so the first ones are combined unchecked and the result is compared with the commitment to
    /// the secret. Only when it differs is each share checked by itself, which costs some times as much.</remarks>
    public SecretScalar? TryRestore(Digest record, KeyHeader header)
    {
        if (header.Commitments.IsEmpty || !_byRecord.TryGetValue(record, out var shares))
        {
            return null;
        }

        SecretScalar? secret = TryCombine(shares, header.Commitments.Length, isGood: null);
        if (secret is not null && secret.Commit() == header.Commitments[0])
        {
            return secret;
        }

        secret?.Dispose();
        return TryCombine(
            shares,
            header.Commitments.Length,
            (batch, holder, share) =>
            {
                bool isGood = SecretSharing.VerifyShare(header.Commitments.AsSpan(), holder, share);
                if (!isGood)
                {
                    _wrong.TryAdd(_origins[batch], record);
                }

                return isGood;
            });
    }

    public void Dispose() => _batches.ForEach(b => b.Dispose());

    /// <summary>Combines the first good shares, as many as are needed.</summary>
    private static SecretScalar? TryCombine(
        List<(int Holder, ShareBatch Batch, int Index)> shares, int needed, Func<ShareBatch, int, SecretScalar, bool>? isGood)
    {
        var good = new List<(int Holder, SecretScalar Share)>();
        try
        {
            foreach ((int holder, ShareBatch batch, int index) in shares)
            {
                if (good.Count == needed)
                {
                    break;
                }

                // A custodian may send another's number along, so there may be several shares of one holder, of which one may be good.
                if (good.Exists(g => g.Holder == holder) || batch.ShareAt(index) is not { } share)
                {
                    continue;
                }

                if (isGood is null || isGood(batch, holder, share))
                {
                    good.Add((holder, share));
                }
                else
                {
                    share.Dispose();
                }
            }

            return good.Count == needed ? SecretSharing.Combine(good) : null;
        }
        finally
        {
            good.ForEach(g => g.Share.Dispose());
        }
    }

    private void Index(ShareBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Digest record = batch.RecordAt(i);
            int holder = batch.HolderAt(i);
            if (holder is 0 or > SecretSharing.MaxShares)
            {
                continue;
            }

            if (!_byRecord.TryGetValue(record, out var shares))
            {
                _byRecord.Add(record, shares = []);
            }

            if (shares.Count == 0 || shares[^1].Batch != batch)
            {
                shares.Add((holder, batch, i));
            }
        }
    }
}
