using System.Text.Json;
using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class AuditScene : Scene
{
    public override string Name => "audit";

    public override string Title => "Jana sees who read her log, takes it away as a file, and anybody checks it without a chain";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient jana = await stage.PatientAsync("jana");
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        Auditor auditor = stage.Keep(await stage.Clinic.RegisterAuditorAsync("auditor", stage.Cancellation));
        await jana.StoreAsync(Generated.Laboratory(23m), "laboratory", cancellationToken: stage.Cancellation);
        await jana.ChooseAsync(GrantTemplates.TreatmentByOrganization, Stage.Treatment("laboratory"), stage.Cancellation);
        await doctor.ReadAsync(jana.Id, "laboratory", "TREAT", "ward round", stage.Cancellation);
        await doctor.ReadAsync(jana.Id, "laboratory", "HRESCH", cancellationToken: stage.Cancellation);
        List<AuditEntry> audited = await Stage.TrailOfAsync(auditor.AuditTrailAsync(jana.Id, cancellationToken: stage.Cancellation));
        log.Expect("an auditor sees the refused access", 1, audited.Count(e => e.Kind == AuditKind.AccessDenied));

        using var file = new MemoryStream();
        int entries = await jana.ExportAuditAsync(file, cancellationToken: stage.Cancellation);
        AuditVerdict verdict = AuditFile.Verify(file.ToArray(), stage.Clinic.Genesis.Chain);
        log.Say($"She exports {entries} entries in {file.Length} bytes and checks them.");
        log.Expect("every entry is proved", verdict.IsProved);
        log.Expect("the auditor's reading is among them", 1,
            verdict.Entries.Count(e => e.Kind == AuditKind.TrailRead && e.Actor == auditor.Id));
        AuditVerdictEntry read = verdict.Entries.Single(e => e.Kind == AuditKind.AccessPermitted);
        log.Expect("who read", doctor.Id, read.Facts.Human);
        log.Expect("with which software", "patient-control 1.0", read.Facts.Software?.ToString());

        byte[] changed = file.ToArray();
        changed[changed.Length / 2] ^= 1;
        log.Expect("a file with one changed bit is found out", !AuditFile.Verify(changed, stage.Clinic.Genesis.Chain).IsProved);

        using var bundle = JsonDocument.Parse(AuditFhir.Write(verdict));
        string[] types =
        [
            .. bundle.RootElement.GetProperty("entry").EnumerateArray()
                .Select(e => e.GetProperty("resource").GetProperty("resourceType").GetString()!),
        ];
        log.Say("The same as FHIR R4 resources.");
        log.Expect("AuditEvents", verdict.Entries.Length, types.Count(t => t == "AuditEvent"));
        log.Expect("Provenances of records", types.Contains("Provenance"));
    }
}
