using System.Collections.Concurrent;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Two copies of a validator with one key, on all sides of all short schedules.</summary>
[TestFixture]
public sealed class TwinsTests
{
    /// <summary>The twin is the first leader, the second one, or a follower.</summary>
    [TestCase(0, 3, 1)]
    [TestCase(1, 2, 1)]
    [TestCase(3, 2, 1)]
    [TestCase(0, 2, 3, TestName = "One_twin_of_four_breaks_nothing_on_the_fast_path_in_any_schedule")]
    public void One_twin_of_four_breaks_nothing_in_any_schedule(int twin, int rounds, int seed)
    {
        ConcurrentBag<string> broken = [];
        Parallel.ForEach(TwinsSchedules.Enumerate([twin], rounds, (ulong)seed), scenario =>
        {
            if (RunResult.Of(scenario) is { Broken: not null } result)
            {
                broken.Add($"{result.Violation} {string.Join(" | ", scenario.Incidents.OfType<Incident.Link>())}");
            }
        });
        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Two_twins_of_four_decide_a_slot_twice_and_are_caught()
    {
        RunResult? caught = TwinsSchedules.Enumerate([0, 1], 1).Select(s => RunResult.Of(s)).FirstOrDefault(r => r.Broken is not null);
        Assert.That(caught?.Broken, Is.EqualTo(Invariant.OneDecisionPerSlot));
    }
}
