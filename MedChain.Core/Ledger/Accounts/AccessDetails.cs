using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What an access request is for, an erasable attachment.</summary>
/// <param name="Action">Cedar action, such as "read".</param>
/// <param name="Purpose">HL7 v3 purpose of use, such as "TREAT".</param>
/// <param name="Category">Category of the records wanted.</param>
/// <param name="Justification">Free text, or empty.</param>
internal sealed record AccessDetails(string Action, string Purpose, string Category, string Justification) : ICanonical<AccessDetails>
{
    public const int MaxNameBytes = 64;
    public const int MaxJustificationBytes = 4 * 1024;

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() =>
        PermissionRequest.IsName(Action) && PermissionRequest.IsName(Purpose) && PermissionRequest.IsName(Category)
            ? null
            : "An access request names an action, a purpose and a category.";

    void ICanonical<AccessDetails>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Action);
        writer.Write(Purpose);
        writer.Write(Category);
        writer.Write(Justification);
    }

    static AccessDetails ICanonical<AccessDetails>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AccessDetails(
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxNameBytes),
            reader.ReadString(MaxJustificationBytes));
    }
}
