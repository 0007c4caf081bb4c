using System.Globalization;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Whole chains under random faults. MEDCHAIN_SIMULATION_SEEDS says how many, MEDCHAIN_SIMULATION_SEED which one alone;
/// <c>samples/Simulator</c> runs the same code in bulk.</summary>
[TestFixture]
public sealed class SimulationTests
{
    private const int DefaultSeeds = 150;

    [Test]
    public void Chains_stay_safe_under_faults_and_go_on_after_them()
    {
        ulong? only = Number("MEDCHAIN_SIMULATION_SEED");
        var campaign = new Campaign();
        campaign.Run(
            only ?? 1,
            only is null ? (long)(Number("MEDCHAIN_SIMULATION_SEEDS") ?? DefaultSeeds) : 1,
            FaultClasses.All,
            TimeSpan.MaxValue,
            maxFailures: 3);
        Assert.That(campaign.Failures.Select(f => $"Seed {f.Scenario.Seed}: {f.Violation}"), Is.Empty);
    }

    [Test]
    public void Same_seed_gives_the_same_run()
    {
        RunResult first = RunResult.Of(Swarm.Draw(11, FaultClasses.All));
        RunResult second = RunResult.Of(Swarm.Draw(11, FaultClasses.All));
        Assert.That(first.Broken, Is.Null);
        Assert.That((second.Head, second.Statistics.Events), Is.EqualTo((first.Head, first.Statistics.Events)));
    }

    private static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
