using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A record as the state knows it.</summary>
internal sealed record RecordEntry(Digest ContentRoot, int SizeBucket, Digest Manifest, Digest KeyHeader, RecordStatus Status)
    : ICanonical<RecordEntry>
{
    /// <summary>What a record's attachments and chunks are marked with, so that nobody can bring them under another record, and have them
    /// erased there.</summary>
    public static Digest Mark(AccountId owner, Digest record) =>
        Canonical.Hash("medchain/record/v1", new DigestList([owner.Value, record]));

    void ICanonical<RecordEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(ContentRoot);
        writer.Write((long)SizeBucket);
        writer.Write(Manifest);
        writer.Write(KeyHeader);
        writer.Write((long)Status);
    }

    static RecordEntry ICanonical<RecordEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new RecordEntry(
            reader.ReadDigest(),
            reader.ReadInt32(0, StoreRecord.MaxSizeBucket),
            reader.ReadDigest(),
            reader.ReadDigest(),
            (RecordStatus)reader.ReadInt32(0, (int)RecordStatus.Erased));
    }
}

/// <summary>A grant as the state knows it.</summary>
/// <param name="Policy">The policy's attachment.</param>
/// <param name="Uses">How often it was consumed.</param>
/// <param name="Revoked">Whether its patient took it back.</param>
internal sealed record GrantEntry(Digest Policy, long Uses, bool Revoked) : ICanonical<GrantEntry>
{
    void ICanonical<GrantEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Policy);
        writer.Write(Uses);
        writer.Write(Revoked);
    }

    static GrantEntry ICanonical<GrantEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new GrantEntry(reader.ReadDigest(), reader.ReadNonNegative(), reader.ReadBoolean());
    }
}

/// <summary>A committed decision about an access request.</summary>
/// <param name="Patient">Whose records.</param>
/// <param name="Requester">Who asked.</param>
/// <param name="Recipient">The only key to which shares are released.</param>
/// <param name="Details">The request's attachment.</param>
/// <param name="Outcome">Permit, or why not.</param>
/// <param name="Grant">The grant that permits; zero without one. Once it is revoked nothing more is released.</param>
/// <param name="Records">The records it opens; none for a denial.</param>
internal sealed record DecisionEntry(
    AccountId Patient,
    AccountId Requester,
    AgreementKey Recipient,
    Digest Details,
    DecisionOutcome Outcome,
    Digest Grant,
    ImmutableArray<Digest> Records) : ICanonical<DecisionEntry>
{
    public const int MaxRecords = 1_024;

    void ICanonical<DecisionEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Patient);
        writer.Write(Requester);
        writer.Write(Recipient);
        writer.Write(Details);
        writer.Write((long)Outcome);
        writer.Write(Grant);
        writer.WriteDigests(Records);
    }

    static DecisionEntry ICanonical<DecisionEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new DecisionEntry(
            reader.ReadAccountId(),
            reader.ReadAccountId(),
            reader.ReadAgreementKey(),
            reader.ReadDigest(),
            (DecisionOutcome)reader.ReadInt32(0, (int)DecisionOutcomes.Last),
            reader.ReadDigest(),
            reader.ReadDigests(MaxRecords));
    }
}
