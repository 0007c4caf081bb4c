using System.Diagnostics;
using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Modules;

namespace MedChain.Benchmarks.Contracts;

/// <summary>"fuzz-modules": verifies and executes mutated modules for as long as asked. Stops at the first thing that must not
/// happen.</summary>
internal static class FuzzModulesCommand
{
    private const int Batch = 10_000;

    public static int Run(Arguments arguments)
    {
        int minutes = arguments.Number("--minutes", 1, 1, 100_000);
        int count = arguments.Number("--count", 0, 0, int.MaxValue);
        int seed = arguments.Number("--seed", 1, 0, int.MaxValue);
        arguments.RequireNoOthers();

        var fuzzer = new ModuleFuzzer(seed);
        var clock = Stopwatch.StartNew();
        while (count > 0 ? fuzzer.Modules < count : clock.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            long left = count > 0 ? Math.Min(Batch, count - fuzzer.Modules) : Batch;
            for (long i = 0; i < left; i++)
            {
                fuzzer.Step();
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {fuzzer.Modules:n0} modules, {fuzzer.Accepted:n0} accepted, {fuzzer.Executions:n0} executions, "
            + $"{clock.Elapsed.TotalSeconds:n0} s; nothing that must not happen"));
        return ExitCode.Success;
    }
}
