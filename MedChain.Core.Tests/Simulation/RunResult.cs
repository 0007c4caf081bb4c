using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Broken">The first invariant that broke; <see langword="null"/> for none.</param>
/// <param name="Violation">What broke, for people; empty for nothing.</param>
/// <param name="Statistics">What the run did up to its end.</param>
/// <param name="Head">Hash of the last header; equal for equal runs.</param>
internal sealed record RunResult(Scenario Scenario, Invariant? Broken, string Violation, Statistics Statistics, Digest Head)
{
    /// <summary>Runs a scenario to its end or to the first violation.</summary>
    public static RunResult Of(Scenario scenario, Controls? controls = null)
    {
        var cluster = new SimulatedCluster(scenario, controls);
        Invariant? broken = null;
        string violation = "";
        try
        {
            cluster.Run();
        }
        catch (InvariantBrokenException e)
        {
            broken = e.Invariant;
            violation = e.Message;
        }
#pragma warning disable CA1031 // Whatever a machine throws is a finding, and the other seeds go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            broken = Invariant.HonestNeverStops;
            violation = $"{Invariant.HonestNeverStops}: {e}";
        }

        Digest head = cluster.Checker.Headers.Count == 0 ? default : cluster.Checker.Headers[^1].Hash;
        return new RunResult(scenario, broken, violation, cluster.Statistics, head);
    }
}
