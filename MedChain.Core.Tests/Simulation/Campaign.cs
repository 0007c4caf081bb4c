using System.Diagnostics;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Many seeds, on all cores.</summary>
internal sealed class Campaign
{
    private readonly Lock _lock = new();
    private readonly List<RunResult> _failures = [];

    /// <summary>Gets what all runs did together.</summary>
    public Statistics Statistics { get; } = new();

    /// <summary>Gets the failed runs by seed.</summary>
    public IReadOnlyList<RunResult> Failures => [.. _failures.OrderBy(f => f.Scenario.Seed)];

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs seeds until all are done, the time is over, or too many have failed.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="allowed">Fault classes that may occur.</param>
    /// <param name="time">How long at most.</param>
    /// <param name="maxFailures">Failures after which no more seeds are started.</param>
    public void Run(ulong first, long count, IReadOnlyCollection<FaultClass> allowed, TimeSpan time, int maxFailures)
    {
        var watch = Stopwatch.StartNew();
        Parallel.For(0, count, (offset, state) =>
        {
            if (watch.Elapsed >= time || _failures.Count >= maxFailures)
            {
                state.Stop();
                return;
            }

            RunResult result = RunResult.Of(Swarm.Draw(first + (ulong)offset, allowed));
            lock (_lock)
            {
                Statistics.Add(result.Statistics);
                if (result.Broken is not null)
                {
                    _failures.Add(result);
                }
            }
        });
        Elapsed += watch.Elapsed;
    }
}
