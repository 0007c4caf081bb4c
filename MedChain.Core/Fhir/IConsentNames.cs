using MedChain.Core.Contracts;

namespace MedChain.Core.Fhir;

/// <summary>Says what the names in a FHIR Consent are on this network. A name that a host does not know is never guessed: a permit with it
/// opens nothing, and a deny with it closes more.</summary>
public interface IConsentNames
{
    /// <summary>Finds who a person, organisation or group is.</summary>
    /// <param name="reference">The FHIR reference, such as <c>Practitioner/7</c>.</param>
    /// <returns>A Clinician, Researcher, Patient, Organization or Role of the schema, or <see langword="null"/>.</returns>
    EntityUid? Grantee(string reference);

    /// <summary>Finds the record that holds a resource.</summary>
    /// <param name="reference">The FHIR reference, such as <c>Observation/7</c>.</param>
    /// <returns>A Record of the schema, or <see langword="null"/>.</returns>
    EntityUid? Record(string reference);

    /// <summary>Finds an encounter.</summary>
    /// <param name="reference">The FHIR reference, such as <c>Encounter/7</c>.</param>
    /// <returns>An Encounter of the schema, or <see langword="null"/>.</returns>
    EntityUid? Encounter(string reference);

    /// <summary>Finds the category of records that is exactly a class or code of FHIR.</summary>
    /// <param name="system">The code's system, a URI; empty when the Consent gives none.</param>
    /// <param name="code">The code.</param>
    /// <returns>A Category of the schema, or <see langword="null"/>.</returns>
    EntityUid? Category(string system, string code);

    /// <summary>Finds what a purpose of use outside HL7's ActReason is within it.</summary>
    /// <param name="system">The code's system, a URI; empty when the Consent gives none.</param>
    /// <param name="code">The code.</param>
    /// <returns>A Purpose of the schema, or <see langword="null"/>.</returns>
    EntityUid? Purpose(string system, string code);
}
