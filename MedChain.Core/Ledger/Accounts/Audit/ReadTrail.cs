using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>Somebody is about to read a patient's audit trail. It is committed either way, and the patient sees it.</summary>
/// <param name="Reading">A random identifier.</param>
/// <param name="Patient">Whose trail.</param>
/// <param name="Details">Attachment: who reads, and what for (<see cref="TrailReadingDetails"/>).</param>
internal sealed record ReadTrail(Digest Reading, AccountId Patient, Digest Details) : Command
{
    private protected override CommandKind Kind => CommandKind.ReadTrail;

    internal static ReadTrail ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ReadTrail(reader.ReadDigest(), reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Reading);
        writer.Write(Patient);
        writer.Write(Details);
    }
}

/// <summary>What a reading of an audit trail is for, an attachment.</summary>
/// <param name="By">Who reads.</param>
/// <param name="Purpose">HL7 v3 purpose of use, such as "HCOMPL".</param>
/// <param name="IsExport">Whether the trail is written into a file, with all that the chain only commits to.</param>
/// <param name="After">Only what is above this block is read; 0 for all.</param>
internal sealed record TrailReadingDetails(Actors By, string Purpose, bool IsExport, BlockHeight After) : ICanonical<TrailReadingDetails>
{
    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => PermissionRequest.IsName(Purpose) ? null : "A reading of an audit trail names its purpose.";

    void ICanonical<TrailReadingDetails>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(By);
        writer.Write(Purpose);
        writer.Write(IsExport);
        writer.Write(After);
    }

    static TrailReadingDetails ICanonical<TrailReadingDetails>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new TrailReadingDetails(
            reader.Read<Actors>(), reader.ReadString(AccessDetails.MaxNameBytes), reader.ReadBoolean(), reader.ReadHeight());
    }
}

/// <summary>A reading of an audit trail as the state knows it.</summary>
internal sealed record TrailReadingEntry(AccountId Patient, AccountId Reader, Digest Details, bool Allowed) : ICanonical<TrailReadingEntry>
{
    void ICanonical<TrailReadingEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Patient);
        writer.Write(Reader);
        writer.Write(Details);
        writer.Write(Allowed);
    }

    static TrailReadingEntry ICanonical<TrailReadingEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new TrailReadingEntry(reader.ReadAccountId(), reader.ReadAccountId(), reader.ReadDigest(), reader.ReadBoolean());
    }
}
