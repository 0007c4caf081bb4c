using System.Globalization;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation.Epochs;

/// <summary>Changes of the validators during partitions, crashes and view changes. MEDCHAIN_EPOCH_SEEDS says how many runs,
/// MEDCHAIN_EPOCH_SEED which one alone.</summary>
[TestFixture]
public sealed class EpochSimulationTests
{
    private const int DefaultSeeds = 20;

    [Test]
    public void Validators_change_safely_under_faults_and_go_on_changing_after_them()
    {
        int epochs = 0;
        foreach (int seed in Seeds())
        {
            try
            {
                var cluster = new EpochCluster(seed);
                cluster.Run();
                epochs += cluster.Checker.Epochs;
            }
            catch (Exception e)
            {
                throw new AssertionException($"Seed {seed} (MEDCHAIN_EPOCH_SEED={seed} runs it alone): {e.Message}", e);
            }
        }

        TestContext.Out.WriteLine($"{epochs} epochs");
    }

    [Test]
    public void Same_seed_gives_the_same_run()
    {
        var first = new EpochCluster(3);
        var second = new EpochCluster(3);
        first.Run();
        second.Run();
        Assert.That(second.Now, Is.EqualTo(first.Now));
        Assert.That(second.Replicas[0].Machine!.History.Latest.Validators.Hash,
            Is.EqualTo(first.Replicas[0].Machine!.History.Latest.Validators.Hash));
    }

    private static IEnumerable<int> Seeds()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("MEDCHAIN_EPOCH_SEED"), CultureInfo.InvariantCulture, out int only))
        {
            return [only];
        }

        string? count = Environment.GetEnvironmentVariable("MEDCHAIN_EPOCH_SEEDS");
        return Enumerable.Range(1, int.TryParse(count, CultureInfo.InvariantCulture, out int seeds) ? seeds : DefaultSeeds);
    }
}
