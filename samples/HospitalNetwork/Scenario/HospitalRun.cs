using MedChain.Core.Clients;
using MedChain.Core.Storage;
using MedChain.Samples.HospitalNetwork.Input;
using MedChain.Samples.HospitalNetwork.Options;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>The whole run, from the input to the last check.</summary>
internal static class HospitalRun
{
    /// <summary>Runs, and reports the end also when it comes early.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SampleOptions options, IReport report, CancellationToken cancellationToken)
    {
        RunEnd end = await TryRunAsync(options, report, cancellationToken);
        report.Finish(end);
        return end.ExitCode;
    }

    private static async Task<RunEnd> TryRunAsync(SampleOptions options, IReport report, CancellationToken cancellationToken)
    {
        try
        {
            await using var scene = new Scene(options, report, cancellationToken);
            await PlayAsync(scene);
            return new RunEnd(scene.CheckCount, scene.FailedCount);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new RunEnd(0, 0, Stopped: true);
        }
        catch (Exception e) when (e is SampleException or StorageException or RefusedException or IOException
            or UnauthorizedAccessException)
        {
            return new RunEnd(0, 0, e.Message);
        }
    }

    private static async Task PlayAsync(Scene scene)
    {
        OracleFile? oracle = scene.Options.Oracle is { } path ? OracleStep.Read(path) : null;
        await Intake.ReadAsync(scene);
        scene.Report.Heading("Network");
        await scene.TimeAsync("start", scene.StartAsync);
        ShowChains(scene);
        await Enrolment.RunAsync(scene);
        await Permissions.RunAsync(scene);
        if (oracle is not null)
        {
            await OracleStep.RunAsync(scene, oracle);
        }
        else
        {
            await PlayMixAsync(scene);
        }

        await Reopening.RunAsync(scene, scene.Members[0]);
        ShowTimings(scene);
    }

    private static async Task PlayMixAsync(Scene scene)
    {
        await Research.RunAsync(scene);
        await Treatment.RunAsync(scene);
        Member member = scene.Members.FirstOrDefault(m => m.Plan == PermissionPlan.Open) ?? scene.Members[0];
        scene.Report.Heading("Audit trail");
        await AuditStep.RunAsync(scene, member, default);
        await Revocation.RunAsync(scene, member);
        await Tampering.RunAsync(scene, scene.Members[^1]);
    }

    private static void ShowChains(Scene scene)
    {
        var table = new FactTable(
            "chains", $"Chains in {scene.DataDirectory}",
            new("chain", "chain"), new("kind", "kind"), new("validators", "validators"), new("height", "height"), new("id", ""));
        foreach ((string name, AccountChainClient chain) in scene.Network.Accounts)
        {
            table.Add(name, "account chain", chain.Genesis.Validators.Count, chain.Height.Value, chain.Genesis.Chain.ToString());
        }

        TransactionChainClient research = scene.Network.Transactions;
        table.Add(
            research.Genesis.Name, "transaction chain", research.Genesis.Validators.Count, research.Height.Value,
            research.Genesis.Chain.ToString());
        scene.Report.Table(table);
    }

    private static void ShowTimings(Scene scene)
    {
        scene.Report.Heading("Where the time goes");
        var table = new FactTable(
            "timings", "Time of each step",
            new("step", "step"), new("seconds", "seconds"), new("items", "items"), new("itemsPerSecond", "items/s"),
            new("megabytes", "MB"), new("megabytesPerSecond", "MB/s"));
        foreach (Timing timing in scene.Timings)
        {
            double seconds = timing.Elapsed.TotalSeconds;
            double megabytes = timing.Bytes / 1e6;
            table.Add(
                timing.Step, Math.Round(seconds, 2), Amount(timing.Items), Amount(timing.Items / seconds), Amount(megabytes),
                Amount(megabytes / seconds));
        }

        scene.Report.Table(table);
    }

    private static Cell Amount(double value) => value > 0 ? Math.Round(value, 1) : new Cell.Nothing();
}
