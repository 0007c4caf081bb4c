using System.Globalization;
using MedChain.Benchmarks.CommandLine;

namespace MedChain.Benchmarks.Consensus;

/// <summary>"consensus": measures every combination of the loads asked for, and prints one row for each.</summary>
internal static class ConsensusCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        int repeat = arguments.Number("--repeat", 3, 1, 99);
        string? folder = arguments.Text("--durable");
        string? output = arguments.Text("--output");
        IReadOnlyList<ConsensusLoad> loads = LoadOptions.Read(arguments, inMemory: folder is null, durable: folder is not null);
        arguments.RequireNoOthers();

        using var report = new Report(output);
        Describe(report, loads[0], repeat);
        report.WriteLine(ConsensusTable.Header());
        foreach (ConsensusLoad load in loads)
        {
            List<ConsensusFigures> runs = [];
            for (int i = 1; i <= repeat; i++)
            {
                runs.Add(await DurableFolder.RunAsync(load, folder, ConsensusRun.MeasureAsync));
                if (loads.Count == 1 && repeat > 1)
                {
                    report.WriteLine(ConsensusTable.Row(load, i.ToString(CultureInfo.InvariantCulture), [runs[^1]]));
                }
            }

            report.WriteLine(ConsensusTable.Row(load, repeat == 1 ? "one" : "median", runs));
        }

        return ExitCode.Success;
    }

    private static void Describe(Report report, ConsensusLoad load, int repeat)
    {
        string votes = load.SharedCache
            ? "not verified in the process that made them (shared cache)"
            : "verified by every validator (no shared cache)";
        report.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Environment.ProcessorCount} processors, {Environment.OSVersion}, .NET {Environment.Version}.
            {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC.
            Votes {votes}. {repeat} run(s) of {load.Measured.TotalSeconds} s after {load.WarmUp.TotalSeconds} s of warm-up.
            CPU time and allocation are of the whole process, clients included.
            Latency: from submission until the validator submitted to knows that a quorum has sealed the block.

            """));
    }
}
