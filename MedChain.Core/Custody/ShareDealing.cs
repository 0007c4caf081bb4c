using System.Security.Cryptography;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>What an old holder does to deal its own share to new holders, and what a new holder does with its parts.</summary>
internal static class ShareDealing
{
    /// <summary>Deals a share.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="mark">The record's mark.</param>
    /// <param name="keyHeader">The key header of which the share is one.</param>
    /// <param name="own">The dealer's own custody keys, for the backup.</param>
    /// <param name="share">The dealer's share.</param>
    /// <param name="holders">The new holders.</param>
    public static ShareDeal Deal(
        ChainId chain, Digest mark, Digest keyHeader, SealingKeys own, SecretScalar share, ValidatorSet holders)
    {
        using DealtSecret dealt = SecretSharing.Deal(share, holders.Quorum, holders.Count);
        byte[] parts = GC.AllocateArray<byte>(holders.Count * SecretScalar.Size, pinned: true);
        try
        {
            for (int i = 0; i < holders.Count; i++)
            {
                using SecretScalar.Lease lease = dealt.Shares[i].Borrow();
                lease.Bytes.CopyTo(parts.AsSpan(i * SecretScalar.Size));
            }

            return new ShareDeal(
                mark,
                dealt.Commitments,
                [
                    .. holders.Members.Select((holder, i) => (ReadOnlyMemory<byte>)dealt.Shares[i].Seal(
                        holder.CustodyKeys, ShareSeal.Part(chain, keyHeader, i))),
                ],
                SealedBox.Seal(own, ShareSeal.Backup(chain, keyHeader), parts));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parts);
        }
    }

    /// <summary>Opens a new holder's part of a deal and checks it against the deal's commitments.</summary>
    /// <returns><see langword="null"/> when it is not good.</returns>
    public static SecretScalar? TryOpen(OpeningKeys keys, ChainId chain, Digest keyHeader, ShareDeal deal, int holder)
    {
        if (holder >= deal.SealedShares.Length
            || !SecretScalar.TryOpen(
                keys, ShareSeal.Part(chain, keyHeader, holder), deal.SealedShares[holder].Span, out SecretScalar? part))
        {
            return null;
        }

        if (SecretSharing.VerifyShare(deal.Commitments.AsSpan(), holder + 1, part))
        {
            return part;
        }

        part.Dispose();
        return null;
    }

    /// <summary>The part of a holder that accuses the dealer, out of the dealer's backup.</summary>
    /// <returns><see langword="null"/> when the backup does not open.</returns>
    public static byte[]? TryAnswer(OpeningKeys own, ChainId chain, Digest keyHeader, ShareDeal deal, int holder)
    {
        byte[] parts = new byte[Math.Max(0, SealedBox.LengthOf(deal.Backup.Span))];
        if (!SealedBox.TryOpen(own, ShareSeal.Backup(chain, keyHeader), deal.Backup.Span, parts))
        {
            return null;
        }

        byte[]? part = parts.Length >= (holder + 1) * SecretScalar.Size
            ? parts.AsSpan(holder * SecretScalar.Size, SecretScalar.Size).ToArray()
            : null;
        CryptographicOperations.ZeroMemory(parts);
        return part;
    }

    /// <summary>A new holder's share from its parts of enough deals.</summary>
    /// <param name="parts">Each dealer's place, from 0, and the part.</param>
    public static SecretScalar Combine(IEnumerable<(int Dealer, SecretScalar Part)> parts) =>
        SecretSharing.Combine([.. parts.Select(p => (p.Dealer + 1, p.Part))]);
}
