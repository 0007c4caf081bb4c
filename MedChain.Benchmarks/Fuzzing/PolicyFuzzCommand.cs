using System.Diagnostics;
using MedChain.Benchmarks.CommandLine;

namespace MedChain.Benchmarks.Fuzzing;

/// <summary>Feeds mutated policies, schemas, entities and contexts to the contract machine for as long as asked.</summary>
internal static class PolicyFuzzCommand
{
    private const int CasesBetweenLooks = 1_000;

    public static int Run(Arguments arguments)
    {
        int minutes = arguments.Number("--minutes", 0, 1, 10_000);
        int count = arguments.Number("--count", minutes == 0 ? 100_000 : int.MaxValue, 1, int.MaxValue);
        int seed = arguments.Number("--seed", 1, 0, int.MaxValue);
        arguments.RequireNoOthers();
        var fuzzer = new PolicyFuzzer((ulong)seed);
        var clock = Stopwatch.StartNew();
        while (fuzzer.Cases < count && (minutes == 0 || clock.Elapsed < TimeSpan.FromMinutes(minutes)))
        {
            for (int i = 0; i < CasesBetweenLooks && fuzzer.Cases < count; i++)
            {
                if (fuzzer.Next() is { } failure)
                {
                    Console.WriteLine($"Case {fuzzer.Cases} of seed {seed}: {failure}");
                    return ExitCode.MeasurementFailed;
                }
            }
        }

        Console.WriteLine(
            $"{fuzzer.Cases} texts of seed {seed} in {clock.Elapsed.TotalSeconds:0} s, {fuzzer.Policies} of them policies: "
            + $"{fuzzer.Parsed} parsed, {fuzzer.Valid} policy sets fit the schema, {fuzzer.Decided} decisions by both evaluators.");
        return ExitCode.Success;
    }
}
