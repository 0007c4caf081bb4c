using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Who set a grant gives it a new version. Its counter goes on.</summary>
/// <param name="Patient">Whose data it is about.</param>
/// <param name="Grant">The grant.</param>
/// <param name="Previous">The policy's attachment of the version that is replaced, so that nobody replaces what she did not see.</param>
/// <param name="Policy">Attachment: the new version (<see cref="PolicyDocument"/>).</param>
/// <param name="From">The block from which on it is in force; 0 for this one.</param>
internal sealed record ReplaceGrant(AccountId Patient, Digest Grant, Digest Previous, Digest Policy, BlockHeight From) : Command
{
    internal override GuardianScopes NeededScope => GuardianScopes.Permit;

    private protected override CommandKind Kind => CommandKind.ReplaceGrant;

    internal static ReplaceGrant ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new ReplaceGrant(
            reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadHeight());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Patient);
        writer.Write(Grant);
        writer.Write(Previous);
        writer.Write(Policy);
        writer.Write(From);
    }
}

/// <summary>A grantee passes on what a grant permits her, or a part of it.</summary>
/// <param name="Patient">Whose data it is about.</param>
/// <param name="Parent">The grant that is passed on.</param>
/// <param name="Grant">A random identifier of the new grant.</param>
/// <param name="Policy">Attachment: what the new grant says (<see cref="PolicyDocument"/>).</param>
/// <param name="Details">Attachment: something that the parent permits the sender now (<see cref="AccessDetails"/>), which shows that it is
/// hers to pass on.</param>
internal sealed record DelegateGrant(AccountId Patient, Digest Parent, Digest Grant, Digest Policy, Digest Details) : Command
{
    private protected override CommandKind Kind => CommandKind.DelegateGrant;

    internal static DelegateGrant ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new DelegateGrant(
            reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Patient);
        writer.Write(Parent);
        writer.Write(Grant);
        writer.Write(Policy);
        writer.Write(Details);
    }
}

/// <summary>Somebody takes back permissions, for a reason; in force for every later transaction.</summary>
/// <param name="Revocation">A random identifier.</param>
/// <param name="Patient">Whose data they are about.</param>
/// <param name="Document">Attachment: what and why (<see cref="RevocationDocument"/>).</param>
internal sealed record RevokePermissions(Digest Revocation, AccountId Patient, Digest Document) : Command
{
    internal override bool Narrows => true;

    internal override GuardianScopes NeededScope => GuardianScopes.Permit;

    private protected override CommandKind Kind => CommandKind.RevokePermissions;

    internal static RevokePermissions ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new RevokePermissions(reader.ReadDigest(), reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Revocation);
        writer.Write(Patient);
        writer.Write(Document);
    }
}
