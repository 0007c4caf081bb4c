using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>A patient wants others to consent before a grant, or each of her later grants, is in force.</summary>
/// <param name="Grant">The grant, which may not be set yet; zero for all later ones.</param>
/// <param name="Group">Who must consent; none to end it, for all grants only.</param>
internal sealed record RequireConsent(Digest Grant, AccountGroup Group) : PeopleCommand
{
    internal override GuardianScopes NeededScope => GuardianScopes.Permit;

    private protected override CommandKind Kind => CommandKind.RequireConsent;

    public override string? Problem() =>
        Group.Problem() ?? (Group.IsNone && !Grant.IsZero ? "What one grant needs is not taken back: revoke it and set another." : null);

    internal static RequireConsent ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new RequireConsent(reader.ReadDigest(), reader.Read<AccountGroup>());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Grant);
        writer.Write(Group);
    }
}

/// <summary>A co-consenter consents, or takes it back; or a former minor confirms what her guardian permitted.</summary>
/// <param name="Patient">Whose grant.</param>
/// <param name="Subject">The grant, or what <see cref="ConsentRules.SubjectOf"/> gives for a change of co-consent.</param>
/// <param name="Seen">The policy's attachment of the grant, as the sender saw it: consent covers nothing else; zero for a change of
/// co-consent.</param>
/// <param name="IsGiven">Whether it is given or taken back.</param>
internal sealed record GiveConsent(AccountId Patient, Digest Subject, Digest Seen, bool IsGiven) : PeopleCommand
{
    internal override bool Narrows => !IsGiven;

    private protected override CommandKind Kind => CommandKind.GiveConsent;

    internal static GiveConsent ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new GiveConsent(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadBoolean());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Patient);
        writer.Write(Subject);
        writer.Write(Seen);
        writer.Write(IsGiven);
    }
}
