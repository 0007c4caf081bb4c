using System.Globalization;
using System.Reflection;
using MedChain.Core.Tests.Simulation;

namespace MedChain.Samples.Simulator;

/// <summary>What the simulator prints.</summary>
internal static class Report
{
    private const int ShrinkingRuns = 400;
    private const int NameWidth = -24;
    private static readonly TimeSpan ShrinkingTime = TimeSpan.FromMinutes(1);

    public static string Progress(Campaign campaign) => Invariant(
        $"{campaign.Statistics.Runs + campaign.Failures.Count} seeds, {PerMinute(campaign):0} a minute, {campaign.Failures.Count} broken");

    public static IEnumerable<string> Summary(Campaign campaign)
    {
        Statistics s = campaign.Statistics;
        yield return Invariant($"commit {Commit}");
        yield return Progress(campaign);
        yield return Invariant(
            $"{s.VirtualTime / 1000.0 / 3600:0.00} hours simulated in {campaign.Elapsed.TotalSeconds:0.0} s: {s.Events} events, ")
            + Invariant($"{s.Blocks} blocks, {s.Transactions} transactions, {s.Views} views, ")
            + Invariant($"{s.Epochs} changes of validators, {s.Refused} messages refused");
        yield return Invariant($"{s.LedgerRuns} runs with the real ledger, which recorded {s.Convictions} misconducts; ")
            + Invariant($"{s.Restored} states given; {s.SignedRuns} runs with real signatures");
        yield return "";
        yield return "faults injected:";
        foreach (FaultClass fault in FaultClasses.All)
        {
            yield return Invariant($"  {fault,NameWidth}{s.InjectedOf(fault),14}");
        }

        yield return "";
        yield return "invariants checked:";
        foreach (Invariant invariant in Enum.GetValues<Invariant>())
        {
            yield return Invariant($"  {invariant,NameWidth}{s.CheckedOf(invariant),14}");
        }
    }

    /// <summary>What it takes to replay and to understand a failure. Shrinking runs it many times.</summary>
    public static IEnumerable<string> Failure(RunResult failure)
    {
        yield return "";
        yield return Invariant($"BROKEN {failure.Broken} by seed {failure.Scenario.Seed} at commit {Commit}");
        yield return $"  {failure.Violation}";
        yield return $"  {failure.Scenario}";
        RunResult small = Shrinker.Shrink(failure, controls: null, ShrinkingRuns, ShrinkingTime);
        yield return Invariant(
            $"  {failure.Scenario.Incidents.Length} incidents, of which these {small.Scenario.Incidents.Length} are enough:");
        foreach (Incident incident in small.Scenario.Incidents)
        {
            yield return $"    {incident}";
        }

        yield return $"  then: {small.Violation}";
        yield return "  as code:";
        foreach (string line in ScenarioCode.Of(small.Scenario).Split('\n'))
        {
            yield return $"    {line.TrimEnd()}";
        }

        yield return Invariant($"  replay: dotnet run -c Release --project samples/Simulator -- --seed {failure.Scenario.Seed}");
    }

    private static string Commit { get; } =
        typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static double PerMinute(Campaign campaign) =>
        (campaign.Statistics.Runs + campaign.Failures.Count) / Math.Max(0.001, campaign.Elapsed.TotalMinutes);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
