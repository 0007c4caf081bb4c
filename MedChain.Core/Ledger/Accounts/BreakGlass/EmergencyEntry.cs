using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.BreakGlass;

/// <summary>A permitted emergency access as the state knows it; the decision itself is where all decisions are.</summary>
/// <param name="Actor">Who broke the glass.</param>
/// <param name="Patient">Whose records.</param>
/// <param name="Details">Commitment to purpose, category and justification.</param>
/// <param name="Time">Block time of the access.</param>
/// <param name="Expires">Block time from which custodians release nothing any more.</param>
/// <param name="ReviewBy">Block time after which the review is overdue.</param>
/// <param name="Status">What the review says.</param>
/// <param name="Reviewer">Who reviewed it; zero for nobody yet.</param>
/// <param name="Finding">Commitment to the reviewer's words.</param>
internal sealed record EmergencyEntry(
    AccountId Actor,
    AccountId Patient,
    Digest Details,
    long Time,
    long Expires,
    long ReviewBy,
    EmergencyStatus Status,
    AccountId Reviewer,
    Digest Finding) : ICanonical<EmergencyEntry>
{
    void ICanonical<EmergencyEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(9);
        writer.Write(Actor);
        writer.Write(Patient);
        writer.Write(Details);
        writer.Write(Time);
        writer.Write(Expires);
        writer.Write(ReviewBy);
        writer.Write((long)Status);
        writer.Write(Reviewer);
        writer.Write(Finding);
    }

    static EmergencyEntry ICanonical<EmergencyEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(9);
        return new EmergencyEntry(
            reader.ReadAccountId(),
            reader.ReadAccountId(),
            reader.ReadDigest(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            (EmergencyStatus)reader.ReadInt32(0, (int)EmergencyStatus.NotJustified),
            reader.ReadAccountId(),
            reader.ReadDigest());
    }
}
