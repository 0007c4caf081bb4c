using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class DefaultPolicyScene : Scene
{
    public override string Name => "default";

    public override string Title => "Bert chooses what holds unless he says otherwise";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient bert = await stage.PatientAsync("bert");
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        await bert.StoreAsync(Generated.Laboratory(27m), "laboratory", cancellationToken: stage.Cancellation);
        log.Say("He has said nothing yet. A doctor of his hospital asks.");
        log.Expect("without a permission", DecisionOutcome.NotPermitted, await AskAsync());
        Digest closed = await bert.ChooseAsync(GrantTemplates.DenyAll, new GrantParameters(), stage.Cancellation);
        await bert.ChooseAsync(GrantTemplates.TreatmentByOrganization, Stage.Treatment("laboratory"), stage.Cancellation);
        log.Say("He chooses to deny all, and permits treatment as well: the deny goes first.");
        log.Expect("with the deny", DecisionOutcome.Forbidden, await AskAsync());
        await bert.RevokeAsync(closed, stage.Cancellation);
        log.Say("He takes the deny back.");
        log.Expect("with the permission for treatment alone", DecisionOutcome.Permitted, await AskAsync());

        async Task<DecisionOutcome> AskAsync() =>
            (await doctor.ReadAsync(bert.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation)).Outcome;
    }
}
