using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class DelegationScene : Scene
{
    public override string Name => "delegation";

    public override string Title => "Otto lets his doctor pass a permission on, once, and then takes everything back";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient otto = await stage.PatientAsync("otto");
        Practitioner doctor = await stage.ClinicianAsync("ward doctor", "ward-7");
        Practitioner nurse = await stage.ClinicianAsync("ward nurse", "ward-8");
        var himself = new EntityUid("Patient", otto.Id.ToString());
        await otto.StoreAsync(Generated.Laboratory(26m), "laboratory", cancellationToken: stage.Cancellation);
        GrantRule rule = GrantRule.Permit() with
        {
            Grantees = [new EntityUid("Role", "ward-7")],
            Purposes = ["TREAT"],
            Actions = GrantActions.Read,
        };
        Digest grant = await otto.Permissions.PermitRuleAsync(rule, depth: 1, cancellationToken: stage.Cancellation);
        log.Expect("the nurse, before", DecisionOutcome.NotPermitted, await AskAsync());
        GrantRule forNurse = GrantRule.Permit() with { Grantees = [new EntityUid("Clinician", nurse.Id.ToString())] };
        await doctor.Delegations.DelegateAsync(
            otto.Id,
            grant,
            forNurse.ToCedar(himself),
            DateTimeOffset.UtcNow.AddHours(1),
            "laboratory",
            cancellationToken: stage.Cancellation);
        log.Say("The doctor passes it on to a nurse for an hour: never more than he has himself.");
        log.Expect("the nurse, after", DecisionOutcome.Permitted, await AskAsync());
        log.Expect("Otto sees what was passed on, and by whom", doctor.Id, otto.Permissions.Delegations().Single().Author);

        await otto.Permissions.RevokeEverythingAsync("enough", stage.Cancellation);
        log.Say("He takes everything back with one act.");
        log.Expect("the nurse then", DecisionOutcome.Revoked, await AskAsync());
        List<AuditEntry> trail = await Stage.TrailOfAsync(otto.AuditTrailAsync(stage.Cancellation));
        log.Expect("delegations in his audit trail", 1, trail.Count(e => e.Kind == AuditKind.GrantDelegated));
        log.Expect("revocations in his audit trail", 1, trail.Count(e => e.Kind == AuditKind.PermissionsRevoked));

        async Task<DecisionOutcome> AskAsync() =>
            (await nurse.ReadAsync(otto.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation)).Outcome;
    }
}
