using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.Consensus;

/// <summary>"leader-stop": how long the validators that are left need for a new view, and for their backlog.</summary>
internal static class LeaderStopCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        int repeat = arguments.Number("--repeat", 3, 1, 99);
        string? folder = arguments.Text("--durable");
        string? output = arguments.Text("--output");
        IReadOnlyList<ConsensusLoad> loads = LoadOptions.Read(arguments, inMemory: folder is null, durable: folder is not null);
        arguments.RequireNoOthers();
        if (loads.Any(l => l.Validators < 4))
        {
            throw new UsageException("--validators must be 4 or more: fewer cannot go on without their leader.");
        }

        using var report = new Report(output);
        report.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            The leader is stopped under load, after {loads[0].WarmUp.TotalSeconds} s; median of {repeat} run(s).
            The backlog: submitted to the others before the first of them was in the new view, and not sealed then.

            | {LoadColumns.Titles} | slot timeout ms | until new view ms | backlog tx | until sealed ms |
            |{LoadColumns.Rule}---:|---:|---:|---:|
            """));
        foreach (ConsensusLoad load in loads)
        {
            List<LeaderStopFigures> runs = [];
            for (int i = 0; i < repeat; i++)
            {
                runs.Add(await DurableFolder.RunAsync(load, folder, LeaderStopRun.MeasureAsync));
            }

            report.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {LoadColumns.Of(load)} | {load.Limits.SlotTimeout.TotalMilliseconds:N0} "
                + $"| {Median.Of(runs, r => r.UntilView.TotalMilliseconds):N0} | {Median.Of(runs, r => r.Backlog):N0} "
                + $"| {Median.Of(runs, r => r.UntilSealed.TotalMilliseconds):N0} |"));
        }

        return ExitCode.Success;
    }
}
