using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class AccessScene : Scene
{
    public override string Name => "access";

    public override string Title => "Cleo's doctor reads, a marketing department does not";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient cleo = await stage.PatientAsync("cleo");
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        byte[] stored = Generated.Laboratory(22m);
        await cleo.StoreAsync(stored, "laboratory", cancellationToken: stage.Cancellation);
        await cleo.ChooseAsync(GrantTemplates.TreatmentByOrganization, Stage.Treatment("laboratory"), stage.Cancellation);
        AccessResult treated = await doctor.ReadAsync(cleo.Id, "laboratory", "TREAT", "ward round", stage.Cancellation);
        log.Expect("for treatment", DecisionOutcome.Permitted, treated.Outcome);
        log.Expect("the doctor has the record", treated.Records is [{ Content: { } got }] && got.AsSpan().SequenceEqual(stored));
        AccessResult marketed = await doctor.ReadAsync(cleo.Id, "laboratory", "HMARKT", cancellationToken: stage.Cancellation);
        log.Expect("for marketing", DecisionOutcome.NotPermitted, marketed.Outcome);
        log.Expect("records that the refusal opens", 0, marketed.Records.Length);

        List<AuditEntry> trail = await Stage.TrailOfAsync(cleo.AuditTrailAsync(stage.Cancellation));
        log.Say("She reads her audit trail: both attempts are there, and what came of the one that was permitted.");
        foreach (AuditEntry entry in trail.Where(e => e.Reference == treated.Request || e.Reference == marketed.Request))
        {
            log.Say($"  {entry.Kind}: {entry.Detail}");
        }

        log.Expect("the doctor's permitted access", 1, trail.Count(e => e.Kind == AuditKind.AccessPermitted && e.Actor == doctor.Id));
        log.Expect("its keys, released by custodians who signed it", 1, trail.Count(e => e.Kind == AuditKind.KeysReleased));
        log.Expect("its receipt", 1, trail.Count(e => e.Kind == AuditKind.AccessAcknowledged && e.Reference == treated.Request));
        log.Expect("the refused attempt", 1, trail.Count(e => e.Kind == AuditKind.AccessDenied && e.Reference == marketed.Request));
    }
}
