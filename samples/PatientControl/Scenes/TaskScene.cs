using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class TaskScene : Scene
{
    public override string Name => "task";

    public override string Title => "Three patients of two institutions let a researcher compute, and nobody sees their records";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        (Patient Patient, Digest Grant) fay = await EnrolAsync(stage, "fay", Stage.Hospital, 20m);
        (Patient Patient, Digest Grant) gus = await EnrolAsync(stage, "gus", Stage.Hospital, 25m);
        await EnrolAsync(stage, "hal", Stage.Practice, 30m);
        Researcher curie = stage.Keep(await stage.Network.Transactions.RegisterResearcherAsync(
            "curie", ["accredited-researcher"], stage.Cancellation));
        TaskReceipt first = await MeanAsync();
        log.Say("The mean of their body mass index, for at least two patients.");
        log.Expect("the task", TaskOutcome.Released, first.Outcome);
        log.Expect("patients in it", 3L, first.Cohort);
        log.Expect("the mean", "25", first.Result?.Find("mean")?.Value);
        log.Expect("executors that signed that they erased the data", first.Executors.Length, first.ErasuresConfirmed);

        await gus.Patient.RevokeAsync(gus.Grant, stage.Cancellation);
        TaskReceipt second = await MeanAsync();
        log.Say("Gus takes his permission back.");
        log.Expect("patients in the next task", 2L, second.Cohort);
        log.Expect("its mean", "25", second.Result?.Find("mean")?.Value);
        TaskReceipt third = await MeanAsync(minimumCohort: 3);
        log.Expect("a task that needs three is not released", third.Outcome != TaskOutcome.Released);

        List<AuditEntry> trail = await Stage.TrailOfAsync(fay.Patient.AuditTrailAsync(stage.Cancellation));
        log.Expect("tasks that Fay finds in her audit trail", 3, trail.Count(e => e.Kind == AuditKind.TaskRecorded));

        Task<TaskReceipt> MeanAsync(int minimumCohort = 2) => curie.SubmitAsync(
            Computation.Mean(Generated.Bmi), "HRESCH", minimumCohort, cancellationToken: stage.Cancellation);
    }

    private static async Task<(Patient Patient, Digest Grant)> EnrolAsync(Stage stage, string handle, string chain, decimal bmi)
    {
        Patient patient = await stage.PatientAsync(handle, chain);
        await patient.StoreAsync(Generated.Laboratory(bmi), Computation.Laboratory, cancellationToken: stage.Cancellation);
        Digest grant = await patient.ChooseAsync(
            GrantTemplates.Research,
            new GrantParameters
            {
                Purpose = "HRESCH",
                Operations = ["mean"],
                Category = Computation.Laboratory,
                MinimumCohort = 2,
                MaxUses = 10,
                Until = DateTimeOffset.UtcNow.AddDays(7),
            },
            stage.Cancellation);
        return (patient, grant);
    }
}
