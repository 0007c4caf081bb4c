using System.Text.Json;
using MedChain.Core.Contracts;

namespace MedChain.Core.Fhir;

/// <summary>A FHIR R4 Consent with the policies that say the same. Thread safe.</summary>
public sealed class ImportedConsent
{
    internal ImportedConsent(
        string? id, string patientReference, EntityUid patient, ConsentPeriod? period, PolicySet policies, JsonElement document)
    {
        Id = id;
        PatientReference = patientReference;
        Patient = patient;
        Period = period;
        Policies = policies;
        Document = document;
    }

    /// <summary>Gets the resource's identifier, or <see langword="null"/> when it has none.</summary>
    public string? Id { get; }

    /// <summary>Gets the reference to the patient as the Consent gives it.</summary>
    public string PatientReference { get; }

    /// <summary>Gets the patient whose data the policies are about.</summary>
    public EntityUid Patient { get; }

    /// <summary>Gets when the outermost rule applies, or <see langword="null"/> when the Consent does not limit it.</summary>
    public ConsentPeriod? Period { get; }

    /// <summary>Gets the policies, validated strictly against <see cref="Contracts.Profile.MedicalSchema.Default"/>; their text is what to
    /// deploy.</summary>
    public PolicySet Policies { get; }

    /// <summary>The whole resource, for the way back.</summary>
    internal JsonElement Document { get; }
}
