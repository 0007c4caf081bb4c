using MedChain.Core.Computations;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>A count, a mean with its variance, and a histogram; the patient who permits one use is in one of them at most.</summary>
internal static class Research
{
    private const string Hypertension = "38341003";
    private const string BodyMassIndex = "39156-5";

    public static readonly Computation Count = Computation.CountCondition(Hypertension);
    public static readonly Computation Mean = Computation.Mean(BodyMassIndex);
    public static readonly Computation Histogram = Computation.Histogram(BodyMassIndex, lower: 10, width: 5, bins: 10);

    public static async Task RunAsync(Scene scene)
    {
        scene.Report.Heading("Computing tasks");
        await TaskStep.RunAsync(scene, Count);
        await TaskStep.RunAsync(scene, Mean);
        TaskFindings last = await TaskStep.RunAsync(scene, Histogram);
        if (scene.Members.FirstOrDefault(member => member.Plan == PermissionPlan.OneUse) is { } once
            && once.Content(Histogram.Category) is not null)
        {
            long uses = once.Grant is { } grant ? once.Patient.UsesOf(grant) : 0;
            bool isSpent = uses == once.Plan.Uses;
            scene.Check(Check.Equal(
                $"{last.Name}: patient {once.Handle}, who permits one use and had {uses}",
                isSpent ? DecisionOutcome.NotPermitted : DecisionOutcome.Permitted,
                last.OutcomeOf(once)));
        }
    }
}
