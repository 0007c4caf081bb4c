using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>A share at rest in a custodian's vault: one blob, so that all of it goes at once.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="KeyHeader">The key header of which the share is one.</param>
/// <param name="Handle">The share's public name (<see cref="Ledger.Accounts.Shares.ShareHandle"/>).</param>
/// <param name="Sealed">The handle's secret and the share, sealed to the custodian's own key.</param>
internal sealed record HeldShare(AccountId Owner, Digest Record, Digest KeyHeader, Digest Handle, ReadOnlyMemory<byte> Sealed)
    : ICanonical<HeldShare>
{
    private const int MaxSealed = 4_096;

    void ICanonical<HeldShare>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(KeyHeader);
        writer.Write(Handle);
        writer.Write(Sealed.Span);
    }

    static HeldShare ICanonical<HeldShare>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new HeldShare(
            reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadBytes(MaxSealed).ToArray());
    }
}
