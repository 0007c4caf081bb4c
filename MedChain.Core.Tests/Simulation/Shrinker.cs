using System.Collections.Immutable;
using System.Diagnostics;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Finds a smaller list of incidents that still breaks the same invariant, by leaving out halves, quarters and so on (delta
/// debugging, Zeller and Hildebrandt 2002). Each trial is a whole run.</summary>
internal static class Shrinker
{
    /// <summary>Shrinks a failed run.</summary>
    /// <param name="failed">The run.</param>
    /// <param name="controls">What was broken on purpose in it.</param>
    /// <param name="maxRuns">Trials at most.</param>
    /// <param name="maxTime">How long at most, but for the trial under way; a trial that never comes to rest takes seconds.</param>
    /// <returns>The smallest failing run found.</returns>
    public static RunResult Shrink(RunResult failed, Controls? controls, int maxRuns, TimeSpan maxTime)
    {
        var watch = Stopwatch.StartNew();
        RunResult smallest = failed;
        int parts = 2;
        while (MayTry() && smallest.Scenario.Incidents.Length > 0)
        {
            ImmutableArray<Incident> incidents = smallest.Scenario.Incidents;
            int size = Math.Max(1, (incidents.Length + parts - 1) / parts);
            RunResult? smaller = null;
            for (int start = 0; start < incidents.Length && smaller is null && MayTry(); start += size)
            {
                ImmutableArray<Incident> fewer = incidents.RemoveRange(start, Math.Min(size, incidents.Length - start));
                RunResult trial = RunResult.Of(failed.Scenario with { Incidents = fewer }, controls);
                maxRuns--;
                smaller = trial.Broken == failed.Broken ? trial : null;
            }

            if (smaller is null && size == 1)
            {
                break;
            }

            smallest = smaller ?? smallest;
            parts = smaller is null ? Math.Min(2 * parts, incidents.Length) : Math.Max(2, parts - 1);
        }

        return smallest;

        bool MayTry() => maxRuns > 0 && watch.Elapsed < maxTime;
    }
}
