using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class DeathScene : Scene
{
    public override string Name => "death";

    public override string Title => "Otto has named an executor: when his death is attested, his permissions end and she acts for him";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient otto = await stage.PatientAsync("otto");
        Practitioner nurse = await stage.ClinicianAsync("otto's nurse");
        Guardian daughter = stage.Keep(await stage.Clinic.RegisterGuardianAsync("otto's daughter", stage.Cancellation));
        Officer registrar = stage.Keep(
            await stage.Clinic.RegisterOfficerAsync("registrar", [Officer.RegistrarRole], stage.Cancellation));
        await otto.StoreAsync(Generated.Laboratory(14m), "laboratory", cancellationToken: stage.Cancellation);
        await otto.ChooseAsync(GrantTemplates.TreatmentByOrganization, Stage.Treatment("laboratory"), stage.Cancellation);
        await otto.Safeguards.SetDirectiveAsync(keepsResearch: false, daughter.Id, stage.Cancellation);
        log.Expect("a request in his life", DecisionOutcome.Permitted, (await AskAsync()).Outcome);

        await registrar.AttestDeathAsync(otto.Id, "death certificate 4711", stage.Cancellation);
        log.Say("The registrar attests his death. From this block on his directive decides.");
        log.Expect("a request after it", DecisionOutcome.Deceased, (await AskAsync()).Outcome);
        AccessResult read = await daughter.ReadAsync(otto.Id, "laboratory", stage.Cancellation);
        log.Expect("his executor reads", DecisionOutcome.Guardian, read.Outcome);
        string own = await RefusalOfAsync(() => otto.ReadAsync("laboratory", stage.Cancellation));
        log.Expect("his own keys do nothing", own.Contains("has died", StringComparison.Ordinal));

        Task<AccessResult> AskAsync() => nurse.ReadAsync(otto.Id, "laboratory", "TREAT", cancellationToken: stage.Cancellation);
    }
}
