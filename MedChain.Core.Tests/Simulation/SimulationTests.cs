using System.Globalization;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Whole chains under random faults. MEDCHAIN_SIMULATION_SEEDS says how many, MEDCHAIN_SIMULATION_SEED which one alone.</summary>
[TestFixture]
public sealed class SimulationTests
{
    private const int DefaultSeeds = 30;

    [Test]
    public void Chains_stay_safe_under_faults_and_go_on_after_them()
    {
        foreach (int seed in Seeds())
        {
            try
            {
                new SimulatedCluster(seed).Run();
            }
            catch (Exception e)
            {
                throw new AssertionException($"Seed {seed} (MEDCHAIN_SIMULATION_SEED={seed} runs it alone): {e.Message}", e);
            }
        }
    }

    [Test]
    public void Same_seed_gives_the_same_run()
    {
        var first = new SimulatedCluster(11);
        var second = new SimulatedCluster(11);
        first.Run();
        second.Run();
        Assert.That(second.Replicas[0].Disk.Blocks[^1].Header.Hash, Is.EqualTo(first.Replicas[0].Disk.Blocks[^1].Header.Hash));
    }

    [Test]
    public void Quorum_one_too_small_is_caught() =>
        Assert.That(
            FirstViolation(s => s with { Quorum = Math.Max(1, s.Quorum - 1) }),
            Does.Contain("differently").Or.Contains("two headers").Or.Contains("stopped"));

    [Test]
    public void Commit_before_its_certificate_is_durable_is_caught() =>
        Assert.That(FirstViolation(s => s with { PersistBeforeCommit = false }), Does.Contain("not in its log"));

    private static string? FirstViolation(Func<Core.Consensus.Machine.MachineSettings, Core.Consensus.Machine.MachineSettings> change)
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            try
            {
                new SimulatedCluster(seed, change).Run();
            }
            catch (SafetyViolationException e)
            {
                return e.Message;
            }
        }

        return null;
    }

    private static IEnumerable<int> Seeds()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("MEDCHAIN_SIMULATION_SEED"), CultureInfo.InvariantCulture, out int only))
        {
            return [only];
        }

        string? count = Environment.GetEnvironmentVariable("MEDCHAIN_SIMULATION_SEEDS");
        return Enumerable.Range(1, int.TryParse(count, CultureInfo.InvariantCulture, out int seeds) ? seeds : DefaultSeeds);
    }
}
