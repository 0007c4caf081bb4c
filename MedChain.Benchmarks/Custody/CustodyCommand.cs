using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Measuring;
using MedChain.Core.Blocks;

namespace MedChain.Benchmarks.Custody;

/// <summary>"custody": reads the options, runs, prints.</summary>
internal static class CustodyCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        int[] validators = arguments.Numbers("--validators", [4, 7, 16], 1, ValidatorSet.MaxCount);
        int releases = arguments.Number("--releases", 200, 1, 100_000);
        int erasures = arguments.Number("--erasures", 20, 0, 1_000);
        arguments.RequireNoOthers();

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            One account chain in memory, all validators in this process.
            Release: from the committed permit to the restored secret, one record: every custodian reads its vault, seals and signs; the
            recipient checks, opens and combines. {releases} times.
            Erasure: from the patient's order to a quorum of receipts in a sealed block, one record. {erasures} times.

            | validators | release p50 ms | p95 ms | erasure p50 ms | p95 ms |
            |---:|---:|---:|---:|---:|
            """));
        foreach (int count in validators)
        {
            (LatencyHistogram release, LatencyHistogram erasure) = await CustodyRun.MeasureAsync(count, releases, erasures);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} | {release.PercentileMilliseconds(0.50):N2} | {release.PercentileMilliseconds(0.95):N2} "
                + $"| {Text(erasure, 0.50)} | {Text(erasure, 0.95)} |"));
        }

        return ExitCode.Success;
    }

    private static string Text(LatencyHistogram latencies, double part) =>
        latencies.Count == 0 ? "-" : latencies.PercentileMilliseconds(part).ToString("N0", CultureInfo.InvariantCulture);
}
