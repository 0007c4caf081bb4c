using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Grants;
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
/// <param name="Policy">The policy's attachment, in its present version.</param>
/// <param name="Uses">How often it was consumed.</param>
/// <param name="Standing">Whether it still counts.</param>
/// <param name="Version">Number of the present version, from 1.</param>
/// <param name="Since">The block that set the grant.</param>
/// <param name="Author">Who set it: the patient, or the one who passes on what a grant permits her.</param>
/// <param name="Parent">The grant that is passed on; zero for one of the patient's own.</param>
/// <param name="Next">The next version, while it is not in force yet; <see langword="null"/> otherwise.</param>
internal sealed record GrantEntry(
    Digest Policy,
    long Uses,
    GrantStanding Standing,
    int Version,
    BlockHeight Since,
    AccountId Author,
    Digest Parent,
    NextPolicy? Next) : ICanonical<GrantEntry>
{
    /// <summary>Whether it permits and forbids nothing any more.</summary>
    public bool Revoked => Standing == GrantStanding.Revoked;

    /// <summary>The policies that decisions may read, now or at a later height.</summary>
    public IEnumerable<Digest> Policies => Next is null ? [Policy] : [Policy, Next.Policy];

    public static GrantEntry First(Digest policy, AccountId author, BlockHeight since, Digest parent = default) =>
        new(policy, 0, GrantStanding.InForce, 1, since, author, parent, null);

    /// <summary>The grant as it is in a block, where its next version may be in force.</summary>
    public GrantEntry At(BlockHeight height) =>
        Next is not null && Next.From <= height ? this with { Policy = Next.Policy, Version = Version + 1, Next = null } : this;

    void ICanonical<GrantEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(8);
        writer.Write(Policy);
        writer.Write(Uses);
        writer.Write((long)Standing);
        writer.Write((long)Version);
        writer.Write(Since);
        writer.Write(Author);
        writer.Write(Parent);
        writer.WriteOptional(Next);
    }

    static GrantEntry ICanonical<GrantEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(8);
        return new GrantEntry(
            reader.ReadDigest(),
            reader.ReadNonNegative(),
            (GrantStanding)reader.ReadInt32(0, (int)GrantStanding.Revoked),
            reader.ReadInt32(1, GrantVersion.Max),
            reader.ReadHeight(),
            reader.ReadAccountId(),
            reader.ReadDigest(),
            reader.ReadOptional<NextPolicy>());
    }
}

/// <summary>A committed decision about an access request.</summary>
/// <param name="Patient">Whose records.</param>
/// <param name="Requester">Who asked.</param>
/// <param name="Recipient">The only key to which shares are released.</param>
/// <param name="Details">The request's attachment.</param>
/// <param name="Outcome">Permit, or why not.</param>
/// <param name="Grants">The grant that permits, and those above it that it passes on; none without one. Once one of them is revoked or
/// says something else, nothing more is released.</param>
/// <param name="Records">The records it opens; none for a denial.</param>
/// <param name="Basis">Commitment of the derived <see cref="DecisionBasis"/>: all that the decision followed from. Zero when the patient's
/// permissions were not asked.</param>
internal sealed record DecisionEntry(
    AccountId Patient,
    AccountId Requester,
    AgreementKey Recipient,
    Digest Details,
    DecisionOutcome Outcome,
    ImmutableArray<GrantUse> Grants,
    ImmutableArray<Digest> Records,
    Digest Basis) : ICanonical<DecisionEntry>
{
    public const int MaxRecords = 1_024;

    /// <summary>The grant that permits; zero without one.</summary>
    public Digest Grant => Grants.IsEmpty ? default : Grants[0].Grant;

    void ICanonical<DecisionEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(8);
        writer.Write(Patient);
        writer.Write(Requester);
        writer.Write(Recipient);
        writer.Write(Details);
        writer.Write((long)Outcome);
        writer.WriteList(Grants);
        writer.WriteDigests(Records);
        writer.Write(Basis);
    }

    static DecisionEntry ICanonical<DecisionEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(8);
        return new DecisionEntry(
            reader.ReadAccountId(),
            reader.ReadAccountId(),
            reader.ReadAgreementKey(),
            reader.ReadDigest(),
            (DecisionOutcome)reader.ReadInt32(0, (int)DecisionOutcomes.Last),
            [.. reader.ReadList<GrantUse>(DelegationRules.MaxDepth + 1)],
            reader.ReadDigests(MaxRecords),
            reader.ReadDigest());
    }
}
