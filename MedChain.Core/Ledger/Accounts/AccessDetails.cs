using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What an access request is for, an erasable attachment.</summary>
/// <param name="Action">Cedar action, such as "read".</param>
/// <param name="Purpose">HL7 v3 purpose of use, such as "TREAT".</param>
/// <param name="Category">Category of the records wanted; empty when one record is named.</param>
/// <param name="Justification">Free text, or empty.</param>
/// <param name="By">The human and the software that ask.</param>
/// <param name="Record">The one record wanted, also a superseded one; zero for the newest of the category.</param>
internal sealed record AccessDetails(
    string Action, string Purpose, string Category, string Justification, Actors By, Digest Record = default)
    : ICanonical<AccessDetails>
{
    public const int MaxNameBytes = 64;
    public const int MaxJustificationBytes = 4 * 1024;

    /// <summary>The records wanted, in words.</summary>
    public string Wanted => Record.IsZero ? Category : $"record {Record}";

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() =>
        PermissionRequest.IsName(Action)
        && PermissionRequest.IsName(Purpose)
        && (Record.IsZero ? PermissionRequest.IsName(Category) : Category.Length == 0)
            ? null
            : "An access request names an action, a purpose, and either a category or a record.";

    void ICanonical<AccessDetails>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Action);
        writer.Write(Purpose);
        writer.Write(Category);
        writer.Write(Justification);
        writer.Write(By);
        writer.Write(Record);
    }

    static AccessDetails ICanonical<AccessDetails>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new AccessDetails(
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxJustificationBytes),
            reader.Read<Actors>(),
            reader.ReadDigest());
    }
}
