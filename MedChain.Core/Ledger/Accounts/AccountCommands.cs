using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A patient puts a record under her account. The ciphertext chunks are in the blob store before this is sent.</summary>
/// <param name="Record">A random identifier.</param>
/// <param name="ContentRoot">RFC 9162 root over the names of the ciphertext chunks.</param>
/// <param name="SizeBucket">Power of two of the size in KiB, rounded up: the size itself would tell records apart.</param>
/// <param name="Manifest">Attachment: what the record is and where its chunks are (<see cref="RecordManifest"/>).</param>
/// <param name="KeyHeader">Attachment: the key's commitments and sealed shares (<see cref="Shares.KeyHeader"/>).</param>
/// <param name="Epoch">The epoch to whose validators the key is dealt.</param>
/// <param name="Previous">The record of which it is a new version; zero for none.</param>
internal sealed record StoreRecord(
    Digest Record, Digest ContentRoot, int SizeBucket, Digest Manifest, Digest KeyHeader, long Epoch, Digest Previous = default) : Command
{
    public const int MaxSizeBucket = 40;

    internal override GuardianScopes NeededScope => GuardianScopes.Store;

    private protected override CommandKind Kind => CommandKind.StoreRecord;

    internal static StoreRecord ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new StoreRecord(
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadInt32(0, MaxSizeBucket),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadNonNegative(),
            reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Record);
        writer.Write(ContentRoot);
        writer.Write((long)SizeBucket);
        writer.Write(Manifest);
        writer.Write(KeyHeader);
        writer.Write(Epoch);
        writer.Write(Previous);
    }
}

/// <summary>A patient permits or forbids something.</summary>
/// <param name="Grant">A random identifier.</param>
/// <param name="Policy">Attachment: the Cedar text (<see cref="PolicyDocument"/>).</param>
internal sealed record SetGrant(Digest Grant, Digest Policy) : Command
{
    internal override GuardianScopes NeededScope => GuardianScopes.Permit;

    private protected override CommandKind Kind => CommandKind.SetGrant;

    internal static SetGrant ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new SetGrant(reader.ReadDigest(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Grant);
        writer.Write(Policy);
    }
}

/// <summary>A patient takes a grant back; in force for every later transaction.</summary>
/// <param name="Grant">The grant.</param>
internal sealed record RevokeGrant(Digest Grant) : Command
{
    internal override bool Narrows => true;

    internal override GuardianScopes NeededScope => GuardianScopes.Permit;

    private protected override CommandKind Kind => CommandKind.RevokeGrant;

    internal static RevokeGrant ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Grant);
}

/// <summary>Somebody asks for a patient's records. The decision is committed either way; only a committed permit releases keys.</summary>
/// <param name="Request">A random identifier.</param>
/// <param name="Patient">Whose records.</param>
/// <param name="Details">Attachment: what for (<see cref="AccessDetails"/>).</param>
internal sealed record RequestAccess(Digest Request, AccountId Patient, Digest Details) : Command
{
    private protected override CommandKind Kind => CommandKind.RequestAccess;

    internal static RequestAccess ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new RequestAccess(reader.ReadDigest(), reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Request);
        writer.Write(Patient);
        writer.Write(Details);
    }
}
