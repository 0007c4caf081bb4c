using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class RevocationScene : Scene
{
    public override string Name => "revocation";

    public override string Title => "Emil takes his permission back";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient emil = await stage.PatientAsync("emil");
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        await emil.StoreAsync(Generated.Laboratory(31m), "laboratory", cancellationToken: stage.Cancellation);
        Digest grant = await emil.ChooseAsync(
            GrantTemplates.TreatmentByOrganization, Stage.Treatment("laboratory"), stage.Cancellation);
        log.Expect("before", DecisionOutcome.Permitted, await AskAsync());
        await emil.RevokeAsync(grant, stage.Cancellation);
        log.Say("He revokes it: in force from its own block.");
        log.Expect("after", DecisionOutcome.Revoked, await AskAsync());
        log.Expect("his permissions in force", 0, emil.Grants.Count);

        async Task<DecisionOutcome> AskAsync() =>
            (await doctor.ReadAsync(emil.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation)).Outcome;
    }
}
