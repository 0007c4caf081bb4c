using MedChain.Benchmarks.CommandLine;
using MedChain.Benchmarks.Consensus;
using MedChain.Benchmarks.Contracts;
using MedChain.Benchmarks.Custody;
using MedChain.Benchmarks.EndToEnd;
using MedChain.Benchmarks.Fuzzing;
using MedChain.Benchmarks.Micro;
using MedChain.Benchmarks.Records;
using MedChain.Core.Storage;

namespace MedChain.Benchmarks;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        try
        {
            return args switch
            {
                ["--help" or "-h" or "help"] => Usage.Print(),
                ["micro", .. string[] options] => MicroCommand.Run(new Arguments(options)),
                ["consensus", .. string[] options] => await ConsensusCommand.RunAsync(new Arguments(options)),
                ["leader-stop", .. string[] options] => await LeaderStopCommand.RunAsync(new Arguments(options)),
                ["end-to-end", .. string[] options] => await EndToEndCommand.RunAsync(new Arguments(options)),
                ["records", .. string[] options] => await RecordsCommand.RunAsync(new Arguments(options)),
                ["task", .. string[] options] => await TaskCommand.RunAsync(new Arguments(options)),
                ["custody", .. string[] options] => await CustodyCommand.RunAsync(new Arguments(options)),
                ["contracts", .. string[] options] => ContractsCommand.Run(new Arguments(options)),
                ["fuzz-modules", .. string[] options] => FuzzModulesCommand.Run(new Arguments(options)),
                ["fuzz-policies", .. string[] options] => PolicyFuzzCommand.Run(new Arguments(options)),
                [] => throw new UsageException(
                    "Say what to measure: micro, consensus, leader-stop, end-to-end, records, task, custody, contracts, fuzz-modules "
                    + "or fuzz-policies."),
                _ => throw new UsageException(
                    $"There is no measurement '{args[0]}'; there are micro, consensus, leader-stop, end-to-end, records, task, custody, "
                    + "contracts, fuzz-modules and fuzz-policies."),
            };
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} See --help.");
            return ExitCode.BadArguments;
        }
        catch (Exception e) when (e is InvalidOperationException or StorageException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The measurement failed: {e.Message}");
            return ExitCode.MeasurementFailed;
        }
    }
}
