using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class EmergencyScene : Scene
{
    public override string Name => "break-glass";

    public override string Title => "Kim lets emergency physicians break the glass, sees it, and finds it was not justified";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient kim = await stage.PatientAsync("kim");
        Practitioner physician = await stage.ClinicianAsync("physician", "emergency-physician");
        await kim.StoreAsync(Generated.Laboratory(19m), "laboratory", cancellationToken: stage.Cancellation);
        await kim.ChooseAsync(GrantTemplates.BreakGlassOnly, new GrantParameters(), stage.Cancellation);
        AccessResult ordinary = await physician.ReadAsync(kim.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation);
        log.Expect("an ordinary request", DecisionOutcome.NotPermitted, ordinary.Outcome);
        AccessResult broken = await BreakAsync("found unconscious");
        log.Say("A physician breaks the glass and says why. The access ends by itself, and waits for a review.");
        log.Expect("the emergency access", DecisionOutcome.Permitted, broken.Outcome);
        log.Expect("records that it opens", 1, broken.Records.Count(r => r.Content is not null));
        log.Expect("Kim is told", 1, kim.Safeguards.EmergencyAccesses.Count(e => e.Actor == physician.Id));
        log.Expect("a second one before the review", DecisionOutcome.ReviewPending, (await BreakAsync("again")).Outcome);

        await kim.Safeguards.ReviewAsync(broken.Request, justified: false, "I was awake", stage.Cancellation);
        log.Say("She reviews it: not justified. The physician is suspended by that.");
        log.Expect("the physician's account is suspended", stage.Clinic.People.SuspensionOf(physician.Id) is not null);
        List<AuditEntry> trail = await Stage.TrailOfAsync(kim.AuditTrailAsync(stage.Cancellation));
        log.Expect("emergency accesses in her audit trail", 1, trail.Count(e => e.Kind == AuditKind.EmergencyAccess));
        log.Expect("reviews in her audit trail", 1, trail.Count(e => e.Kind == AuditKind.EmergencyReviewed));

        Task<AccessResult> BreakAsync(string reason) =>
            physician.BreakGlassAsync(kim.Id, "laboratory", reason, cancellationToken: stage.Cancellation);
    }
}
