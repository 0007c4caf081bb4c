using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Measuring;
using MedChain.Core;
using MedChain.Core.Blocks;
using MedChain.Core.Clients;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>"task": reads the options, runs, prints.</summary>
internal static class TaskCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var load = new TaskLoad(
            Validators: arguments.Number("--validators", 4, 1, ValidatorSet.MaxCount),
            Patients: arguments.Number("--patients", 1_000, 2, 50_000),
            RecordBytes: arguments.Number("--record", 4 * 1024, 256, 16 * 1024 * 1024));
        int repeat = arguments.Number("--repeat", 3, 1, 99);
        arguments.RequireNoOthers();

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            One task over {load.Patients} patients of one account chain, a record of about {load.RecordBytes} B each.
            {load.Validators} validators for each chain, in memory, in this process. {repeat} task(s) after one that does not count.
            A phase lasts from the transaction chain's block that began it, as sealed, to the next one.

            | task | seconds | {string.Join(" | ", TaskRun.Phases)} | CPU s | MB allocated |
            |---|---:|{string.Concat(TaskRun.Phases.Select(_ => "---:|"))}---:|---:|
            """));
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(TaskRun.Options(load));
        await TaskRun.EnrolAsync(network, load);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"]);
        var run = new TaskRun(network, researcher, load.Patients);
        List<TaskFigures> figures = [];
        await run.MeasureAsync();
        for (int i = 1; i <= repeat; i++)
        {
            figures.Add(await run.MeasureAsync());
            Print(i.ToString(CultureInfo.InvariantCulture), [figures[^1]]);
        }

        Print("median", figures);
        return ExitCode.Success;
    }

    private static void Print(string first, IReadOnlyList<TaskFigures> runs)
    {
        string phases = string.Concat(TaskRun.Phases.Select(phase => Cell(Median.Of(runs, r => r.Seconds(phase)))));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {first} | {Median.Of(runs, r => r.Use.Elapsed.TotalSeconds):N2} {phases}"
            + $"| {Median.Of(runs, r => r.Use.Cpu.TotalSeconds):N2} | {Median.Of(runs, r => r.Use.AllocatedBytes / 1e6):N0} |"));
    }

    private static string Cell(double seconds) => string.Create(CultureInfo.InvariantCulture, $"| {seconds:N2} ");
}
