using System.Runtime.InteropServices;
using MedChain.Samples.PatientControl.Output;
using MedChain.Samples.PatientControl.Scenes;

namespace MedChain.Samples.PatientControl;

internal static class Program
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int BadInput = 2;

    private const string Help = """
        Walks through what a patient decides about her data, in scenes on a network of its own, with generated data. Each scene checks
        what it shows.

          dotnet run -c Release --project samples/PatientControl                all scenes, in words
          dotnet run ... -- --json                                              one JSON object for each scene, one on a line
          dotnet run ... -- --scene NAME                                        one scene; may be repeated
          dotnet run ... -- --list                                              the scenes' names

        Ends with 0 when every check holds, with 1 when one does not, with 2 when an option is wrong.
        """;

    private static async Task<int> Main(string[] arguments)
    {
        bool asJson = false;
        List<Scene> chosen = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--help" or "-h":
                    await Console.Out.WriteLineAsync(Help);
                    return Passed;
                case "--list":
                    await Console.Out.WriteLineAsync(string.Join('\n', Playbill.All.Select(s => $"{s.Name,-14} {s.Title}")));
                    return Passed;
                case "--json":
                    asJson = true;
                    break;
                case "--scene" when i + 1 < arguments.Length && Playbill.Find(arguments[i + 1]) is { } scene:
                    chosen.Add(scene);
                    i++;
                    break;
                default:
                    await Console.Error.WriteLineAsync($"'{arguments[i]}' cannot be used here, or lacks its value. See --help and --list.");
                    return BadInput;
            }
        }

        return await PlayAsync(chosen.Count > 0 ? chosen : Playbill.All, asJson);
    }

    private static async Task<int> PlayAsync(IReadOnlyList<Scene> scenes, bool asJson)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using Stream output = Console.OpenStandardOutput();
        IReport report = asJson ? new JsonReport(output) : new TextReport(Console.Out);
        try
        {
            await using Stage stage = await Stage.OpenAsync(stop.Token);
            bool passed = true;
            foreach (Scene scene in scenes)
            {
                passed &= await scene.RunAsync(stage, report);
            }

            return passed ? Passed : Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
    }
}
