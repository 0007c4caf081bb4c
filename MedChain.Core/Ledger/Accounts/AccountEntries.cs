using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A record as the state knows it.</summary>
/// <param name="ContentRoot">RFC 9162 root over the names of the ciphertext chunks.</param>
/// <param name="SizeBucket">Power of two of the size in KiB, rounded up.</param>
/// <param name="Manifest">The manifest's attachment.</param>
/// <param name="KeyHeader">The key header's attachment.</param>
/// <param name="Status">Where it is in its life; one that was superseded is still live.</param>
/// <param name="Version">Its number among its versions, from 1.</param>
/// <param name="Previous">The record that it is a new version of; zero for none.</param>
/// <param name="Next">The record that took its place; zero for none.</param>
internal sealed record RecordEntry(
    Digest ContentRoot,
    int SizeBucket,
    Digest Manifest,
    Digest KeyHeader,
    RecordStatus Status,
    int Version = 1,
    Digest Previous = default,
    Digest Next = default) : ICanonical<RecordEntry>
{
    /// <summary>Whether it is the one that a category stands for: live, and not superseded.</summary>
    public bool IsCurrent => Status == RecordStatus.Live && Next.IsZero;

    /// <summary>The status as patients see it.</summary>
    public RecordStatus Shown => Status == RecordStatus.Live && !Next.IsZero ? RecordStatus.Superseded : Status;

    /// <summary>What a record's attachments and chunks are marked with, so that nobody can bring them under another record, and have them
    /// erased there.</summary>
    public static Digest Mark(AccountId owner, Digest record) =>
        Canonical.Hash("medchain/record/v1", new DigestList([owner.Value, record]));

    void ICanonical<RecordEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(8);
        writer.Write(ContentRoot);
        writer.Write((long)SizeBucket);
        writer.Write(Manifest);
        writer.Write(KeyHeader);
        writer.Write((long)Status);
        writer.Write((long)Version);
        writer.Write(Previous);
        writer.Write(Next);
    }

    static RecordEntry ICanonical<RecordEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(8);
        return new RecordEntry(
            reader.ReadDigest(),
            reader.ReadInt32(0, StoreRecord.MaxSizeBucket),
            reader.ReadDigest(),
            reader.ReadDigest(),
            (RecordStatus)reader.ReadInt32(0, (int)RecordStatus.Erased),
            reader.ReadInt32(1, AccountLedger.MaxRecords),
            reader.ReadDigest(),
            reader.ReadDigest());
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
