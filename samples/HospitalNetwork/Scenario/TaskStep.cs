using System.Collections.Immutable;
using System.Diagnostics;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Submits one computing task, and checks everything that is known about it.</summary>
internal static class TaskStep
{
    public static async Task<TaskFindings> RunAsync(
        Scene scene, Computation computation, string purpose = PermissionPlan.Research, int minimumCohort = PermissionPlan.UsualCohort)
    {
        string name = $"T{++scene.TaskCount}";
        scene.Report.Note($"{name}: {computation} for {purpose}, at least {minimumCohort} patients");
        ImmutableArray<Member> expected = CohortForecast.Of(scene.Members, computation, purpose, minimumCohort);
        TaskReceipt? receipt = null;
        var watch = Stopwatch.StartNew();
        await scene.TimeAsync(
            $"task {name}",
            async () => receipt = await scene.Researcher!.SubmitAsync(
                computation, purpose, minimumCohort, cancellationToken: scene.Cancellation),
            expected.Length,
            expected.Sum(member => (long)(member.Content(computation.Category)?.Length ?? 0)));
        var findings = new TaskFindings(name, receipt!, await DecisionsAsync(scene, receipt!.Task));
        ShowTask(scene, findings, computation, purpose, watch.Elapsed);
        ImmutableArray<DirectFigure> direct = DirectFigures.Of(expected.Select(member => member.Facts)).Compute(computation);
        ImmutableArray<string> released = HeldBack.Rest(direct, minimumCohort);
        CheckTask(scene, findings, expected, released);
        if (receipt.Result is { } result)
        {
            CompareFigures(scene, findings, direct, released, result);
        }

        ShowLeftOut(scene, findings);
        return findings;
    }

    private static async Task<ImmutableArray<(Member, DecisionOutcome)>> DecisionsAsync(Scene scene, Digest task)
    {
        var outcomes = new Dictionary<AccountId, DecisionOutcome>();
        foreach (AccountChainClient chain in scene.Network.Accounts.Values)
        {
            foreach (TaskDecision decision in await chain.TaskDecisionsAsync(task, scene.Cancellation))
            {
                outcomes.Add(decision.Patient, decision.Outcome);
            }
        }

        return [.. scene.Members.Where(m => outcomes.ContainsKey(m.Patient.Id)).Select(m => (m, outcomes[m.Patient.Id]))];
    }

    private static void ShowTask(Scene scene, TaskFindings findings, Computation computation, string purpose, TimeSpan elapsed)
    {
        var table = new FactTable(
            "tasks", $"{findings.Name} is closed",
            new("task", "task"), new("id", ""), new("computation", "computation"), new("purpose", "purpose"), new("outcome", "outcome"),
            new("cohort", "patients"), new("executors", "executors"), new("erasures", "erasures"), new("records", "records on chains"),
            new("seconds", "seconds"));
        TaskReceipt receipt = findings.Receipt;
        table.Add(
            findings.Name, receipt.Task.ToString(), computation.ToString(), purpose, receipt.Outcome.ToString(), receipt.Cohort,
            receipt.Executors.Length, receipt.ErasuresConfirmed, receipt.Acknowledged, Math.Round(elapsed.TotalSeconds, 2));
        scene.Report.Table(table);
    }

    private static void CheckTask(
        Scene scene, TaskFindings findings, ImmutableArray<Member> expected, ImmutableArray<string> released)
    {
        TaskReceipt receipt = findings.Receipt;
        string name = findings.Name;
        TaskOutcome outcome = expected.IsEmpty ? TaskOutcome.InsufficientCohort
            : released.IsEmpty ? TaskOutcome.Withheld
            : TaskOutcome.Released;
        scene.Check(Check.Equal($"{name}: outcome", outcome, receipt.Outcome));
        scene.Check(Check.Equal($"{name}: account chains that hold the operation record", HospitalNames.All.Length, receipt.Acknowledged));
        scene.Check(Check.Equal($"{name}: patients for whom the chains decided", scene.Members.Count, findings.Decisions.Length));
        if (outcome != TaskOutcome.Released)
        {
            string found = receipt.Result is null ? "no result" : "a result";
            scene.Check(Check.That($"{name}: nothing is released", receipt.Result is null, "no result", found));
            return;
        }

        int executors = ((scene.Network.TransactionValidators.Count - 1) / 3) + 1;
        scene.Check(Check.Equal($"{name}: executors (f+1) that agree", executors, receipt.Executors.Length));
        scene.Check(Check.Equal($"{name}: executors that signed the erasure", executors, receipt.ErasuresConfirmed));
        string[] differences =
            [.. expected.Except(findings.Permitted).Concat(findings.Permitted.Except(expected)).Select(member => member.Handle)];
        scene.Check(Check.That(
            $"{name}: the chains let in exactly the patients who permitted it",
            differences.Length == 0,
            $"{expected.Length} patients",
            differences.Length == 0 ? $"{findings.Permitted.Length} patients" : $"different for {string.Join(' ', differences)}"));
        scene.Check(Check.Equal($"{name}: cohort of the receipt", expected.Length, receipt.Cohort));
    }

    private static void CompareFigures(
        Scene scene,
        TaskFindings findings,
        ImmutableArray<DirectFigure> direct,
        ImmutableArray<string> released,
        ComputationResult result)
    {
        ImmutableArray<ComparedFigure> compared = FigureComparer.Compare(result, direct);
        var table = new FactTable(
            "figures", $"{findings.Name} released, beside the direct computation over the patients who permitted it",
            new("task", "task"), new("figure", "figure"), new("released", "released"), new("direct", "direct"), new("equal", "equal"));
        foreach (ComparedFigure figure in compared)
        {
            table.Add(findings.Name, figure.Name, figure.Released, figure.Expected ?? double.NaN, figure.Agrees);
        }

        scene.Report.Table(table);
        int agreeing = compared.Count(figure => figure.Agrees);
        scene.Check(Check.Equal($"{findings.Name}: figures equal to the direct ones", released.Length, agreeing));
        scene.Check(Check.Equal(
            $"{findings.Name}: figures held back because they are about too few",
            direct.Length - released.Length,
            findings.Receipt.Disclosure!.Small + findings.Receipt.Disclosure.Complementary));
        scene.Check(Check.Equal($"{findings.Name}: cohort of the result", findings.Permitted.Length, result.CohortSize));
    }

    private static void ShowLeftOut(Scene scene, TaskFindings findings)
    {
        var table = new FactTable(
            "leftOut", $"Left out of {findings.Name}, as the chains decided",
            new("task", ""), new("outcome", "decision"), new("plan", "what she permits"), new("count", "patients"), new("patients", "who"));
        foreach (var group in findings.Decisions
            .Where(decision => !decision.Outcome.Releases())
            .GroupBy(decision => (decision.Outcome, Plan: Describe(decision.Member)))
            .OrderBy(group => group.Key.Outcome)
            .ThenBy(group => group.Key.Plan, StringComparer.Ordinal))
        {
            ImmutableArray<string> handles = [.. group.Select(decision => decision.Member.Handle)];
            table.Add(findings.Name, group.Key.Outcome.ToString(), group.Key.Plan, handles.Length, handles);
        }

        if (table.Rows.Count > 0)
        {
            scene.Report.Table(table);
        }
    }

    private static string Describe(Member member) => (member.Plan.IsNothing, member.Grant) switch
    {
        (true, _) => member.Plan.Name,
        (_, null) => $"{member.Plan.Name}; revoked",
        (_, { } grant) when member.Patient.UsesOf(grant) >= member.Plan.Uses => $"{member.Plan.Name}; used up",
        _ => member.Plan.Name,
    };
}
