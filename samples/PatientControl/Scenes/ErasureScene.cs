using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class ErasureScene : Scene
{
    public override string Name => "erasure";

    public override string Title => "Ida has a record erased, and gets deletion evidence";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient ida = await stage.PatientAsync("ida");
        Digest record = await ida.StoreAsync(Generated.Note("ankle"), "clinical", cancellationToken: stage.Cancellation);
        Digest hold = await stage.Clinic.SetLegalHoldAsync(ida.Id, record, stage.Cancellation);
        log.Say("The hospital has set a legal hold on the record.");
        string refusal = await RefusalOfAsync(() => ida.EraseRecordAsync(record, cancellationToken: stage.Cancellation));
        log.Expect("her order is refused while it stands", refusal.Contains("legal hold", StringComparison.Ordinal));
        await stage.Clinic.LiftLegalHoldAsync(ida.Id, hold, stage.Cancellation);
        ErasureReport report = await ida.EraseRecordAsync(record, cancellationToken: stage.Cancellation);
        log.Say("The hold is lifted, and she orders again.");
        log.Expect("the record", RecordStatus.Erased, ida.StatusOf(record));
        ErasedRecord erased = report.Records[0];
        log.Expect("a quorum of custodians signed that their share is destroyed", erased.Confirmed.Length >= 3);
        log.Expect("custodians who confirmed or did not yet", 4, erased.Confirmed.Length + erased.Silent.Length);
        log.Expect(
            "the state that says so is proved",
            erased.Proof?.Verify(stage.Clinic.Genesis.Chain, stage.Clinic.Genesis.Validators) == true);
        AccessResult read = await ida.ReadAsync("clinical", stage.Cancellation);
        log.Expect("she asks for it", DecisionOutcome.NoSuchRecord, read.Outcome);
        log.Say("That no copy of the plaintext exists anywhere is not said: nobody can prove it.");
    }
}
