using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Whole validators on real threads.</summary>
[TestFixture]
public sealed class CbftEngineTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    public async Task All_validators_deliver_the_same_transactions_and_seal_them(int count)
    {
        await using var cluster = new EngineCluster(count);
        await cluster.StartAllAsync();

        for (int i = 0; i < count; i++)
        {
            await cluster.SubmitAsync(i, from: i * 1_000, count: 50);
        }

        await cluster.WaitForTransactionsAsync(50 * count, [.. Enumerable.Range(0, count)]);
        await cluster.WaitAsync(() => cluster.Machines.All(m => m.SealedHeight == m.Height.Value), "The seal of the last block");
        Assert.That(cluster.Machines.Select(m => m.StateRoot).Distinct().Count(), Is.EqualTo(1));
        Assert.That(cluster.Machines[0].Executed, Has.Count.EqualTo(50 * count));
    }

    [Test]
    public async Task Chain_goes_on_when_the_leader_stops()
    {
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(1, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 0, 1, 2, 3);

        await cluster.StopAsync(0);
        await cluster.SubmitAsync(1, from: 100, count: 20);

        await cluster.WaitForTransactionsAsync(30, 1, 2, 3);
        Assert.That(cluster.Engines[1]!.Status.View.Value, Is.GreaterThan(0));
    }

    [Test]
    public async Task Restarted_validator_catches_up_and_takes_part()
    {
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 0, 1, 2, 3);
        await cluster.StopAsync(3);
        for (int i = 0; i < 40; i++)
        {
            await cluster.SubmitAsync(0, from: 100 + (10 * i), count: 10);
            await cluster.WaitForTransactionsAsync(20 + (10 * i), 0, 1, 2);
        }

        await cluster.StartAsync(3);
        await cluster.WaitForTransactionsAsync(410, 3);
        await cluster.StopAsync(2);
        await cluster.SubmitAsync(3, from: 10_000, count: 10);

        await cluster.WaitForTransactionsAsync(420, 0, 1, 3);
        Assert.That(cluster.Machines[3].StateRoot, Is.EqualTo(cluster.Machines[0].StateRoot));
    }

    [Test]
    public async Task Chain_survives_a_restart_of_all_validators()
    {
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 100);
        await cluster.WaitForTransactionsAsync(100, 0, 1, 2, 3);
        for (int i = 0; i < 4; i++)
        {
            await cluster.StopAsync(i);
        }

        await cluster.StartAllAsync();
        await cluster.SubmitAsync(2, from: 1_000, count: 10);

        await cluster.WaitForTransactionsAsync(110, 0, 1, 2, 3);
        Assert.That(cluster.Machines.Select(m => m.StateRoot).Distinct().Count(), Is.EqualTo(1));
    }
}
