using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class LabelScene : Scene
{
    public override string Name => "labels";

    public override string Title => "Dora opens her notes, but not what concerns psychiatry";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient dora = await stage.PatientAsync("dora");
        Practitioner doctor = await stage.ClinicianAsync("doctor");
        byte[] plain = Generated.Note("knee");
        await dora.StoreAsync(plain, "clinical", cancellationToken: stage.Cancellation);
        await dora.StoreAsync(Generated.Note("mood"), "clinical", ["PSY"], stage.Cancellation);
        await dora.ChooseAsync(GrantTemplates.TreatmentByOrganization, Stage.Treatment("clinical", "PSY"), stage.Cancellation);
        AccessResult read = await doctor.ReadAsync(dora.Id, "clinical", "TREAT", cancellationToken: stage.Cancellation);
        log.Say("Two notes, one labelled PSY; the permission withholds that label.");
        log.Expect("the decision", DecisionOutcome.Permitted, read.Outcome);
        log.Expect("records that it opens", 1, read.Records.Length);
        log.Expect("the one without the label", read.Records is [{ Content: { } got }] && got.AsSpan().SequenceEqual(plain));
    }
}
