using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>All that a decision followed from besides the attachments that it names: an off-chain document that every validator derives,
/// bound by its commitment. With it, and while those attachments are not erased, anybody can decide again.</summary>
/// <param name="Height">The block of the decision.</param>
/// <param name="Time">Its block time.</param>
/// <param name="Parties">Who asked, and then those whose grants are passed on, as they were.</param>
/// <param name="Records">The patient's live records of the category.</param>
/// <param name="Grants">All grants of the patient, in the order of their identifiers.</param>
/// <param name="Bans">The grantees whom the patient shut out.</param>
internal sealed record DecisionBasis(
    BlockHeight Height,
    long Time,
    ImmutableArray<DecisionParty> Parties,
    ImmutableArray<ConsideredRecord> Records,
    ImmutableArray<ConsideredGrant> Grants,
    ImmutableArray<RevocationEntry> Bans) : ICanonical<DecisionBasis>
{
    /// <summary>The document with its commitment. Its salt follows from a secret one, so every validator derives the same.</summary>
    public Attachment ToAttachment(Digest secretSalt, Digest request) =>
        Attachment.Create(Canonical.Hash("medchain/basis-salt/v1", new DigestList([secretSalt, request])).ToArray(), this);

    /// <summary>The attachments that deciding again reads, apart from the request's.</summary>
    public IEnumerable<Digest> Attachments =>
        Records.Select(r => r.Entry.Manifest).Concat(Grants.Select(g => g.Entry.Policy)).Concat(Bans.Select(b => b.Document));

    public DecisionParty? Party(AccountId account) => Parties.FirstOrDefault(p => p.Account == account);

    void ICanonical<DecisionBasis>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Height);
        writer.Write(Time);
        writer.WriteList(Parties);
        writer.WriteList(Records);
        writer.WriteList(Grants);
        writer.WriteList(Bans);
    }

    static DecisionBasis ICanonical<DecisionBasis>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new DecisionBasis(
            reader.ReadHeight(),
            reader.ReadNonNegative(),
            [.. reader.ReadList<DecisionParty>(1 + DelegationRules.MaxGrants)],
            [.. reader.ReadList<ConsideredRecord>(DecisionEntry.MaxRecords)],
            [.. reader.ReadList<ConsideredGrant>(GrantRules.MaxGrants + DelegationRules.MaxGrants)],
            [.. reader.ReadList<RevocationEntry>(RevocationRules.MaxBans)]);
    }
}

/// <summary>Somebody whom a decision is about, as the account was then.</summary>
/// <param name="Account">The account.</param>
/// <param name="Kind">What its holder is.</param>
/// <param name="Roles">The holder's roles.</param>
/// <param name="OpenReviews">How many emergency accesses of the holder wait for review.</param>
/// <param name="ActsForPatient">Whether the holder is a guardian of the patient who may read.</param>
internal sealed record DecisionParty(
    AccountId Account, AccountKind Kind, ImmutableArray<string> Roles, long OpenReviews = 0, bool ActsForPatient = false)
    : ICanonical<DecisionParty>
{
    /// <summary>Somebody as the state knows her; <see langword="null"/> for one who is not registered, or is suspended.</summary>
    public static DecisionParty? TryRead(LedgerState state, AccountId account, long time) =>
        state.Get<AccountEntry>(StateKey.Account(account)) is { } entry && StandingRules.ProblemOf(state, account, time) is null
            ? new DecisionParty(account, entry.Kind, entry.Roles, EmergencyRules.OpenReviews(state, account))
            : null;

    void ICanonical<DecisionParty>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Account);
        writer.Write((long)Kind);
        writer.WriteStrings(Roles);
        writer.Write(OpenReviews);
        writer.Write(ActsForPatient);
    }

    static DecisionParty ICanonical<DecisionParty>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new DecisionParty(
            reader.ReadAccountId(),
            (AccountKind)reader.ReadInt32(0, (int)AccountKind.Device),
            reader.ReadStrings(AccountEntry.MaxRoles, AccountEntry.MaxRoleBytes),
            reader.ReadNonNegative(),
            reader.ReadBoolean());
    }
}

/// <summary>A record as it was in the block of a decision.</summary>
internal sealed record ConsideredRecord(Digest Record, RecordEntry Entry) : ICanonical<ConsideredRecord>
{
    public PermittedRecord ToPermitted() => new(Record, Entry.ContentRoot, Entry.Manifest, Entry.KeyHeader);

    void ICanonical<ConsideredRecord>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Record);
        writer.Write(Entry);
    }

    static ConsideredRecord ICanonical<ConsideredRecord>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ConsideredRecord(reader.ReadDigest(), reader.Read<RecordEntry>());
    }
}

/// <summary>A grant as it was in the block of a decision.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Entry">What the state knew of it.</param>
/// <param name="Pause">Why its permits did not count although it was not revoked (<see cref="ConsentRules.Pause"/>), or
/// <see langword="null"/>.</param>
internal sealed record ConsideredGrant(Digest Grant, GrantEntry Entry, DecisionOutcome? Pause = null) : ICanonical<ConsideredGrant>
{
    void ICanonical<ConsideredGrant>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Grant);
        writer.Write(Entry);
        writer.Write(Pause is { } pause ? (long)pause : 0);
    }

    static ConsideredGrant ICanonical<ConsideredGrant>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        Digest grant = reader.ReadDigest();
        GrantEntry entry = reader.Read<GrantEntry>();

        // 0, a permit, pauses nothing.
        var pause = (DecisionOutcome)reader.ReadInt32(0, (int)DecisionOutcomes.Last);
        return new ConsideredGrant(grant, entry, pause == DecisionOutcome.Permitted ? null : pause);
    }
}
