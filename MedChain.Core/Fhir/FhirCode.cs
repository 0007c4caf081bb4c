namespace MedChain.Core.Fhir;

/// <summary>A code of a code system.</summary>
/// <param name="System">The code system's address.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">What the system calls it.</param>
internal sealed record FhirCode(string System, string Code, string Display)
{
    private const string Hl7 = "http://terminology.hl7.org/CodeSystem/";

    public static FhirCode Rest { get; } = new(Hl7 + "audit-event-type", "rest", "RESTful Operation");

    public static FhirCode ApplicationServer { get; } = new(Hl7 + "security-source-type", "4", "Application Server");

    public static FhirCode Dicom(string code, string display) => new("http://dicom.nema.org/resources/ontology/DCM", code, display);

    /// <summary>A step in the life of a record (ISO 21089).</summary>
    public static FhirCode Lifecycle(string code, string display) => new(Hl7 + "iso-21089-lifecycle", code, display);

    public static FhirCode Interaction(string code, string display) => new("http://hl7.org/fhir/restful-interaction", code, display);

    public static FhirCode Participation(string code, string display) => new(Hl7 + "v3-ParticipationType", code, display);

    public static FhirCode Provenance(string code, string display) => new(Hl7 + "provenance-participant-type", code, display);

    public static FhirCode EntityType(string code, string display) => new(Hl7 + "audit-entity-type", code, display);

    public static FhirCode ObjectRole(string code, string display) => new(Hl7 + "object-role", code, display);

    /// <summary>HL7 v3 ActReason; its displays are those that <c>MedicalVocabulary</c> does not repeat.</summary>
    public static FhirCode Reason(string code) => new(Hl7 + "v3-ActReason", code, "");
}
