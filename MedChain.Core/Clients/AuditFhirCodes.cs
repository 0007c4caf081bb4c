using MedChain.Core.Fhir;

namespace MedChain.Core.Clients;

/// <summary>What FHIR calls a kind of entry.</summary>
/// <param name="Type">AuditEvent.type.</param>
/// <param name="Subtype">AuditEvent.subtype; <see langword="null"/> for none.</param>
/// <param name="Action">AuditEvent.action: C, R, U, D or E.</param>
/// <param name="Outcome">AuditEvent.outcome where no decision says it.</param>
/// <param name="Reference">What the entry's reference is: the end of its identifier's namespace.</param>
/// <param name="ReferenceRole">As what it is there.</param>
/// <param name="Activity">Provenance.activity; <see langword="null"/> where nothing happened to a record.</param>
internal sealed record AuditFhirCodes(
    FhirCode Type, FhirCode? Subtype, string Action, string Outcome, string Reference, FhirCode ReferenceRole, FhirCode? Activity = null)
{
    private static readonly FhirCode Security = FhirCode.Dicom("110113", "Security Alert");
    private static readonly FhirCode LogUsed = FhirCode.Dicom("110101", "Audit Log Used");
    private static readonly FhirCode Query = FhirCode.Dicom("110112", "Query");
    private static readonly FhirCode PatientRecord = FhirCode.Dicom("110110", "Patient Record");
    private static readonly FhirCode UserChanged = FhirCode.Dicom("110137", "User Security Attributes Changed");
    private static readonly FhirCode ObjectChanged = FhirCode.Dicom("110135", "Object Security Attributes Changed");
    private static readonly FhirCode EmergencyStarted = FhirCode.Dicom("110127", "Emergency Override Started");
    private static readonly FhirCode EmergencyStopped = FhirCode.Dicom("110138", "Emergency Override Stopped");
    private static readonly FhirCode Reading = FhirCode.Interaction("read", "read");
    private static readonly FhirCode Operation = FhirCode.Interaction("operation", "operation");
    private static readonly FhirCode Originate = FhirCode.Lifecycle("originate", "Originate/Retain Record Lifecycle Event");
    private static readonly FhirCode Verify = FhirCode.Lifecycle("verify", "Verify Record Lifecycle Event");
    private static readonly FhirCode Destroy = FhirCode.Lifecycle("destroy", "Destroy/Delete Record Lifecycle Event");
    private static readonly FhirCode Hold = FhirCode.Lifecycle("hold", "Add Legal Hold Record Lifecycle Event");
    private static readonly FhirCode Unhold = FhirCode.Lifecycle("unhold", "Remove Legal Hold Record Lifecycle Event");
    private static readonly FhirCode Disclose = FhirCode.Lifecycle("disclose", "Disclose Record Lifecycle Event");
    private static readonly FhirCode Resource = FhirCode.ObjectRole("4", "Domain Resource");
    private static readonly FhirCode Asked = FhirCode.ObjectRole("24", "Query");
    private static readonly FhirCode Rule = FhirCode.ObjectRole("13", "Security Resource");
    private static readonly FhirCode User = FhirCode.ObjectRole("11", "Security User Entity");
    private static readonly FhirCode Job = FhirCode.ObjectRole("20", "Job");

    /// <summary>A kind that has no line of its own is an alert: nothing is left out.</summary>
    public static AuditFhirCodes Of(AuditKind kind) => kind switch
    {
        AuditKind.AccountRegistered => new(Security, UserChanged, "C", "0", "account", User),
        AuditKind.RecordStored => new(Originate, FhirCode.Interaction("create", "create"), "C", "0", "record", Resource, Originate),
        AuditKind.RecordAccepted => new(Verify, null, "E", "0", "record", Resource, Verify),
        AuditKind.RecordRejected => new(Verify, null, "E", "8", "record", Resource),
        AuditKind.ErasureOrdered => new(Destroy, FhirCode.Interaction("delete", "delete"), "E", "0", "order", Asked),
        AuditKind.RecordErased => new(Destroy, FhirCode.Interaction("delete", "delete"), "D", "0", "record", Resource, Destroy),
        AuditKind.RecordReshared => new(Security, ObjectChanged, "U", "0", "record", Resource),
        AuditKind.HoldSet => new(Hold, null, "U", "0", "hold", Rule),
        AuditKind.HoldLifted => new(Unhold, null, "U", "0", "hold", Rule),
        AuditKind.CustodyMisconduct => new(Security, null, "E", "8", "record", Resource),
        AuditKind.GrantSet => new(Security, ObjectChanged, "C", "0", "grant", Rule),
        AuditKind.GrantRevoked => new(Security, ObjectChanged, "D", "0", "grant", Rule),
        AuditKind.AccessPermitted => new(FhirCode.Rest, Reading, "E", "0", "request", Asked),
        AuditKind.AccessDenied => new(FhirCode.Rest, Reading, "E", "4", "request", Asked),
        AuditKind.KeysReleased => new(Disclose, null, "E", "0", "request", Asked),
        AuditKind.AccessAcknowledged => new(PatientRecord, Reading, "R", "0", "request", Asked),
        AuditKind.TaskDecided => new(Query, Operation, "E", "0", "task", Job),
        AuditKind.TaskRecorded => new(Query, Operation, "E", "0", "task", Job),
        AuditKind.TrailRead => new(LogUsed, Reading, "R", "0", "reading", Asked),
        AuditKind.TrailRefused => new(LogUsed, Reading, "R", "4", "reading", Asked),
        AuditKind.EmergencyAccess => new(Security, EmergencyStarted, "E", "0", "request", Asked),
        AuditKind.EmergencyReviewed => new(Security, EmergencyStopped, "E", "0", "request", Asked),
        AuditKind.AccountSuspended or AuditKind.AccountReinstated => new(Security, UserChanged, "U", "0", "account", User),
        AuditKind.GuardianAppointed or AuditKind.GuardianshipEnded or AuditKind.MajoritySet or AuditKind.DeathAttested
            or AuditKind.DeathWithdrawn or AuditKind.RecoverySet or AuditKind.RecoverySupported or AuditKind.RecoveryBegun
            or AuditKind.RecoveryVetoed or AuditKind.KeyReplaced => new(Security, UserChanged, "U", "0", "account", User),
        AuditKind.ConsentRequired or AuditKind.ConsentChanged or AuditKind.DirectiveSet =>
            new(Security, ObjectChanged, "U", "0", "grant", Rule),
        _ => new(Security, null, "E", "0", "event", Rule),
    };
}
