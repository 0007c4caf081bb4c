using System.Runtime.InteropServices;
using MedChain.Samples.HospitalNetwork.Options;
using MedChain.Samples.HospitalNetwork.Output;
using MedChain.Samples.HospitalNetwork.Scenario;
using Spectre.Console;

namespace MedChain.Samples.HospitalNetwork;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (!OptionParser.TryParse(arguments, out SampleOptions? options, out string? error))
        {
            await Console.Error.WriteLineAsync(PlainText.OneLine(error));
            return RunEnd.CouldNotRun;
        }

        if (options.Help)
        {
            await Console.Out.WriteLineAsync(OptionParser.Help);
            return RunEnd.Success;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using Stream output = Console.OpenStandardOutput();
        return await HospitalRun.RunAsync(options, ReportFor(options, output), stop.Token);
    }

    private static IReport ReportFor(SampleOptions options, Stream output) => (options.Json, Console.IsOutputRedirected) switch
    {
        (true, _) => new JsonReport(output, new PlainReport(Console.Error, Console.Error)),
        (_, true) => new PlainReport(Console.Out, Console.Error),
        _ => new ConsoleReport(AnsiConsole.Console, Console.Error),
    };
}
