using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>What a custodian finds when it opens the share that a record's owner dealt to it.</summary>
/// <param name="Share">The share, checked against the commitments; <see langword="null"/> when it is not good.</param>
/// <param name="Refutation">What shows everybody that the share is wrong; <see langword="null"/> when it is good, or does not open at all,
/// which nobody else can see.</param>
internal sealed record DealtShare(SecretScalar? Share, byte[]? Refutation)
{
    private static readonly DealtShare Unreadable = new(null, null);

    /// <summary>Opens and checks a custodian's share.</summary>
    /// <param name="keys">The custodian's keys.</param>
    /// <param name="chain">The account chain.</param>
    /// <param name="record">The record.</param>
    /// <param name="header">Its key header.</param>
    /// <param name="custodian">The custodian's place among the custodians.</param>
    public static DealtShare Open(OpeningKeys keys, ChainId chain, Digest record, KeyHeader header, int custodian)
    {
        if (custodian < 0 || custodian >= header.SealedShares.Length)
        {
            return Unreadable;
        }

        byte[] info = ShareSeal.Deposit(chain, record, custodian);
        ReadOnlySpan<byte> message = header.SealedShares[custodian].Span;
        if (SecretScalar.TryOpen(keys, info, message, out SecretScalar? share))
        {
            if (SecretSharing.VerifyShare(header.Commitments.AsSpan(), custodian + 1, share))
            {
                return new DealtShare(share, null);
            }

            share.Dispose();
        }

        byte[] opening = new byte[Hpke.OpeningSize];
        return SealedBox.TryReveal(keys, info, message, opening)
            && SealedBox.TryOpenRevealed(opening, message, new byte[SealedBox.LengthOf(message)])
                ? new DealtShare(null, opening)
                : Unreadable;
    }
}
