using MedChain.Core.Tests.Simulation;

namespace MedChain.Samples.Simulator;

internal static class Program
{
    private const int Success = 0;
    private const int Broken = 1;
    private const int CouldNotRun = 2;
    private const int MaxFailures = 5;
    private const int SeedsBetweenReports = 2_000;

    private static int Main(string[] arguments)
    {
        if (!Options.TryParse(arguments, out Options? options, out string? error))
        {
            Console.Error.WriteLine(error);
            return CouldNotRun;
        }

        if (options.Help)
        {
            Console.Out.WriteLine(Options.HelpText);
            return Success;
        }

        var campaign = new Campaign();
        long done = 0;
        while (done < options.Count && campaign.Elapsed < options.Time && campaign.Failures.Count < MaxFailures)
        {
            long next = Math.Min(SeedsBetweenReports, options.Count - done);
            campaign.Run(
                options.First + (ulong)done, next, options.Faults, options.Time - campaign.Elapsed, MaxFailures - campaign.Failures.Count);
            done += next;
            if (done < options.Count)
            {
                Console.Out.WriteLine(Report.Progress(campaign));
            }
        }

        foreach (string line in Report.Summary(campaign))
        {
            Console.Out.WriteLine(line);
        }

        foreach (RunResult failure in campaign.Failures)
        {
            foreach (string line in Report.Failure(failure))
            {
                Console.Out.WriteLine(line);
            }
        }

        return campaign.Failures.Count == 0 ? Success : Broken;
    }
}
