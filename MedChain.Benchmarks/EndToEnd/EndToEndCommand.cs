using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Measuring;
using MedChain.Core.Blocks;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>"end-to-end": reads the options, runs, prints.</summary>
internal static class EndToEndCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var load = new StoringLoad(
            Validators: arguments.Number("--validators", 4, 1, ValidatorSet.MaxCount),
            Patients: arguments.Number("--patients", 16, 1, 1_000),
            RecordBytes: arguments.Number("--record", 64 * 1024, 1, 16 * 1024 * 1024),
            WarmUp: TimeSpan.FromSeconds(arguments.Number("--warmup", 4, 1, 600)),
            Measured: TimeSpan.FromSeconds(arguments.Number("--seconds", 5, 1, 600)));
        int repeat = arguments.Number("--repeat", 3, 1, 99);
        arguments.RequireNoOthers();

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {load.Patients} patients store records of {load.RecordBytes} B at the same time.
            One account chain of {load.Validators} validators, in memory.
            {repeat} run(s) of {load.Measured.TotalSeconds} s after {load.WarmUp.TotalSeconds} s of warm-up.
            Everything is included: encryption, sharing of keys, signing, ordering, execution.
            CPU time and allocation are of the whole process. Latency: until the record is sealed by a quorum.

            | run | records/s | MB/s | CPU ms/record | KB allocated/record | p50 ms | p95 ms | p99 ms |
            |---|---:|---:|---:|---:|---:|---:|---:|
            """));
        List<StoringFigures> runs = [];
        for (int i = 1; i <= repeat; i++)
        {
            runs.Add(await StoringRun.MeasureAsync(load));
            PrintRow(i.ToString(CultureInfo.InvariantCulture), [runs[^1]], load);
        }

        PrintRow("median", runs, load);
        return ExitCode.Success;
    }

    private static void PrintRow(string first, IReadOnlyList<StoringFigures> runs, StoringLoad load)
    {
        double perSecond = Median.Of(runs, r => r.Records / r.Use.Elapsed.TotalSeconds);
        double cpu = Median.Of(runs, r => r.Use.Cpu.TotalMilliseconds / r.Records);
        double allocated = Median.Of(runs, r => r.Use.AllocatedBytes / 1000.0 / r.Records);
        double p50 = Median.Of(runs, r => r.Latencies.PercentileMilliseconds(0.50));
        double p95 = Median.Of(runs, r => r.Latencies.PercentileMilliseconds(0.95));
        double p99 = Median.Of(runs, r => r.Latencies.PercentileMilliseconds(0.99));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {first} | {perSecond:N1} | {perSecond * load.RecordBytes / 1e6:N2} | {cpu:N2} | {allocated:N0} "
            + $"| {p50:N1} | {p95:N1} | {p99:N1} |"));
    }
}
