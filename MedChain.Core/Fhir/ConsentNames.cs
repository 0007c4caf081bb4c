using MedChain.Core.Contracts;

namespace MedChain.Core.Fhir;

/// <summary>Names for a network whose entities have the identifiers of their FHIR resources: <c>Practitioner/7</c> is
/// <c>Clinician::"7"</c>, a Group or CareTeam is a Role, and a record is named by its whole reference.</summary>
public sealed class ConsentNames : IConsentNames
{
    /// <summary>Gets the one instance; it has no state.</summary>
    public static ConsentNames ByType { get; } = new();

    private ConsentNames()
    {
    }

    /// <inheritdoc/>
    public EntityUid? Grantee(string reference) => Split(reference) switch
    {
        ("Practitioner", var id) => new EntityUid("Clinician", id),
        ("Patient", var id) => new EntityUid("Patient", id),
        ("Organization", var id) => new EntityUid("Organization", id),
        ("Group" or "CareTeam", var id) => new EntityUid("Role", id),
        _ => null,
    };

    /// <inheritdoc/>
    public EntityUid? Record(string reference) => Split(reference).Id.Length > 0 ? new EntityUid("Record", reference) : null;

    /// <inheritdoc/>
    public EntityUid? Encounter(string reference) =>
        Split(reference) is ("Encounter", var id) ? new EntityUid("Encounter", id) : null;

    /// <inheritdoc/>
    public EntityUid? Category(string system, string code) => null;

    /// <inheritdoc/>
    public EntityUid? Purpose(string system, string code) => null;

    /// <summary>Takes a relative reference apart; an absolute one or one with a version is no name here.</summary>
    private static (string Type, string Id) Split(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        string[] parts = reference.Split('/');
        return parts.Length == 2 && ConsentJson.IsId(parts[1]) ? (parts[0], parts[1]) : ("", "");
    }
}
