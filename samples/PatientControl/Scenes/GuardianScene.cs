using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class GuardianScene : Scene
{
    public override string Name => "guardian";

    public override string Title => "Max is a child: his mother decides for him, until he is of age";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient max = await stage.PatientAsync("max");
        Guardian mother = stage.Keep(await stage.Clinic.RegisterGuardianAsync("mother", stage.Cancellation));
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        await stage.Clinic.People.SetMajorityAsync(max.Id, DateTimeOffset.UtcNow.AddYears(9), stage.Cancellation);
        await stage.Clinic.People.AppointGuardianAsync(max.Id, mother.Id, cancellationToken: stage.Cancellation);
        await max.StoreAsync(Generated.Laboratory(16m), "laboratory", cancellationToken: stage.Cancellation);
        string policy = PermissionTemplates.Treatment(
            new EntityUid("Patient", max.Id.ToString()),
            new EntityUid(PermissionTemplates.ClinicianType, doctor.Id.ToString()),
            "laboratory",
            DateTimeOffset.UtcNow.AddDays(7));
        string refusal = await RefusalOfAsync(() => max.PermitAsync(policy, stage.Cancellation));
        log.Expect("he cannot permit by himself", refusal.Contains("is a minor", StringComparison.Ordinal));
        await mother.PermitAsync(max.Id, policy, stage.Cancellation);
        AccessResult read = await doctor.ReadAsync(max.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation);
        log.Say("His mother permits the treatment.");
        log.Expect("the doctor's request", DecisionOutcome.Permitted, read.Outcome);
        AccessResult seen = await mother.ReadAsync(max.Id, "laboratory", stage.Cancellation);
        log.Expect("she reads his record", 1, seen.Records.Count(r => r.Content is not null));
        List<AuditEntry> trail = await Stage.TrailOfAsync(mother.AuditTrailAsync(max.Id, stage.Cancellation));
        log.Expect("his audit trail names her who permitted", 1, trail.Count(e => e.Kind == AuditKind.GrantSet && e.Actor == mother.Id));
        log.Expect("and who read", 2, trail.Count(e => e.Kind == AuditKind.AccessPermitted));
    }
}
