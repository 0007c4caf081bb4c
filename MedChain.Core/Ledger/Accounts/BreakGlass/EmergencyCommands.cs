using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.BreakGlass;

/// <summary>A practitioner breaks the glass: she asks for a patient's records in an emergency. The decision is committed either
/// way.</summary>
/// <param name="Request">A random identifier.</param>
/// <param name="Patient">Whose records.</param>
/// <param name="Details">Attachment: purpose, category and justification (<see cref="AccessDetails"/>).</param>
/// <param name="Window">For how many milliseconds of block time custodians may release keys.</param>
internal sealed record RequestEmergencyAccess(Digest Request, AccountId Patient, Digest Details, long Window) : PeopleCommand
{
    public const long MinWindow = 1_000;
    public const long MaxWindow = 24L * 3_600 * 1_000;

    private protected override CommandKind Kind => CommandKind.RequestEmergencyAccess;

    public RequestAccess ToRequest() => new(Request, Patient, Details);

    public override string? Problem() => Window is >= MinWindow and <= MaxWindow
        ? null
        : $"The emergency access is open for {Window} ms; it must be {MinWindow} to {MaxWindow}.";

    public override IEnumerable<Digest> Brings() => [Details];

    internal static RequestEmergencyAccess ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new RequestEmergencyAccess(
            reader.ReadDigest(), reader.ReadAccountId(), reader.ReadDigest(), reader.ReadNonNegative());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Request);
        writer.Write(Patient);
        writer.Write(Details);
        writer.Write(Window);
    }
}

/// <summary>The patient, or somebody whose office it is, says whether it was right to break the glass.</summary>
/// <param name="Request">The emergency access.</param>
/// <param name="Justified">Whether it was.</param>
/// <param name="Finding">Attachment: why (<see cref="Note"/>).</param>
internal sealed record ReviewEmergency(Digest Request, bool Justified, Digest Finding) : PeopleCommand
{
    internal override GuardianScopes NeededScope => GuardianScopes.Read;

    private protected override CommandKind Kind => CommandKind.ReviewEmergency;

    public override IEnumerable<Digest> Brings() => [Finding];

    internal static ReviewEmergency ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ReviewEmergency(reader.ReadDigest(), reader.ReadBoolean(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Request);
        writer.Write(Justified);
        writer.Write(Finding);
    }
}
