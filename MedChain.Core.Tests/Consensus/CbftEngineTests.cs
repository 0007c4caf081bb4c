using MedChain.Core.Consensus;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Transport;
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

    [Test]
    public async Task Submission_answers_duplicate_invalid_and_overloaded()
    {
        await using var cluster = new EngineCluster(2);
        cluster.Limits = cluster.Limits with { MaxPendingTransactions = 3 };
        await cluster.StartAsync(0); // One of two: nothing can be ordered, so what is accepted stays.
        CbftEngine engine = cluster.Engines[0]!;
        for (int i = 0; i < 3; i++)
        {
            Assert.That(await engine.SubmitAsync(EngineCluster.Transaction(i)), Is.TypeOf<SubmitResult.Accepted>());
        }

        Assert.That(await engine.SubmitAsync(EngineCluster.Transaction(0)), Is.TypeOf<SubmitResult.Duplicate>());
        Assert.That(await engine.SubmitAsync(EngineCluster.Transaction(7)), Is.TypeOf<SubmitResult.Overloaded>());
        Assert.That(await engine.SubmitAsync(new byte[] { 0xff }), Is.TypeOf<SubmitResult.Invalid>());
        Assert.That(await engine.SubmitAsync(Array.Empty<byte>()), Is.TypeOf<SubmitResult.Invalid>());
        Assert.That(await engine.SubmitAsync(new byte[cluster.Limits.MaxTransactionBytes + 1]), Is.TypeOf<SubmitResult.Invalid>());
    }

    [Test]
    public async Task Delivered_transaction_is_a_duplicate_and_frees_its_room()
    {
        await using var cluster = new EngineCluster(1);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 5, count: 1);
        await cluster.WaitAsync(() => cluster.Engines[0]!.Status.Delivered.Value == 1, "Delivery");
        Assert.That(await cluster.Engines[0]!.SubmitAsync(EngineCluster.Transaction(5)), Is.TypeOf<SubmitResult.Duplicate>());
        Assert.That(cluster.Engines[0]!.Status.PendingTransactions, Is.Zero);
    }

    [Test]
    public async Task Broken_log_stops_one_validator_for_good_and_nobody_else()
    {
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        cluster.Logs[2].Fails = true;
        await cluster.SubmitAsync(1, from: 0, count: 10);

        CbftEngine broken = cluster.Engines[2]!;
        await Assert.ThatAsync(async () => await broken.Completion.WaitAsync(TimeSpan.FromSeconds(30)), Throws.TypeOf<StorageException>());
        Assert.That(await broken.SubmitAsync(EngineCluster.Transaction(9)), Is.TypeOf<SubmitResult.Unavailable>());
        cluster.Engines[2] = null;
        await broken.DisposeAsync();
        await cluster.WaitForTransactionsAsync(10, 0, 1, 3);
    }

    [Test]
    public async Task State_machine_that_differs_stops_its_validator()
    {
        await using var cluster = new EngineCluster(4);
        cluster.Machines[3].Salt = 1;
        await cluster.StartAllAsync();
        CbftEngine differing = cluster.Engines[3]!;
        cluster.Engines[3] = null;
        await cluster.SubmitAsync(0, from: 0, count: 10);

        await Assert.ThatAsync(
            async () => await differing.Completion.WaitAsync(TimeSpan.FromSeconds(30)), Throws.TypeOf<ConsensusException>());
        await differing.DisposeAsync();
        await cluster.WaitForTransactionsAsync(10, 0, 1, 2);
    }

    [Test]
    public async Task Stored_blocks_are_executed_again_and_compared_on_start()
    {
        await using var cluster = new EngineCluster(1);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 0);
        await cluster.WaitAsync(() => cluster.Engines[0]!.Status.Delivered.Value > 0, "Storage");
        await cluster.StopAsync(0);

        cluster.Machines[0] = new ChainingStateMachine { Salt = 1 };
        await Assert.ThatAsync(
            async () => await cluster.StartAsync(0), Throws.TypeOf<ConsensusException>().With.Message.Contains("state root"));
        cluster.Machines[0] = new ChainingStateMachine();
        await cluster.StartAsync(0);
        Assert.That(cluster.Machines[0].Height, Is.EqualTo(cluster.Stores[0].Head));
    }

    [Test]
    public async Task Validator_with_a_lost_log_follows_without_voting()
    {
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 0, 1, 2, 3);
        await cluster.WaitAsync(() => cluster.Engines[3]!.Status.Delivered.Value > 0, "Storage");
        await cluster.StopAsync(3);
        cluster.Logs[3] = new MemoryLog();
        await cluster.StartAsync(3);
        await cluster.SubmitAsync(1, from: 100, count: 10);

        await cluster.WaitForTransactionsAsync(20, 0, 1, 2, 3);
        Assert.That(cluster.Engines[3]!.Status.CanVote, Is.False);
        Assert.That(await cluster.Engines[3]!.SubmitAsync(EngineCluster.Transaction(1)), Is.TypeOf<SubmitResult.Unavailable>());
    }

    [Test]
    public async Task Store_of_another_chain_is_refused()
    {
        await using var cluster = new EngineCluster(1);
        await using var other = new EngineCluster(2);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 1);
        await cluster.WaitAsync(() => cluster.Stores[0].Head.Value > 0, "Storage");
        other.Stores[0] = cluster.Stores[0];
        await Assert.ThatAsync(
            async () => await other.StartAsync(0), Throws.TypeOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Foreign));
    }

    [Test]
    public async Task Garbage_from_a_peer_is_counted_and_changes_nothing()
    {
        await using var cluster = new EngineCluster(4);
        for (int i = 0; i < 3; i++)
        {
            await cluster.StartAsync(i);
        }

        await using ITransport garbler = cluster.Connect(3);
        for (int i = 0; i < 500; i++)
        {
            byte[] garbage = new byte[i];
            Array.Fill(garbage, (byte)(i % 256));
            garbage.AsSpan(0, Math.Min(1, i)).Fill(1);
            garbler.Send(cluster.Validators.Members[i % 3].VotingKey, garbage);
        }

        await cluster.SubmitAsync(1, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 0, 1, 2);
        await cluster.WaitAsync(() => cluster.Engines[0]!.Status.RefusedMessages > 100, "Refusal");
    }

    [Test]
    public async Task Observer_hears_of_every_block_in_order()
    {
        await using var cluster = new EngineCluster(1);
        List<BlockHeight> heights = [];
        cluster.OnDelivered = block =>
        {
            lock (heights)
            {
                heights.Add(block.Header.Height);
            }
        };
        await cluster.StartAllAsync();
        for (int i = 1; i <= 5; i++)
        {
            await cluster.SubmitAsync(0, from: i, count: 1);
            await cluster.WaitAsync(() => heights.Count >= i, "Delivery");
        }

        Assert.That(heights.Select(h => h.Value), Is.EqualTo(Enumerable.Range(1, heights.Count).Select(h => (long)h)));
    }

    [TestCase(0)]
    [TestCase(65)]
    public async Task Option_out_of_range_is_named_with_its_range(int window)
    {
        await using var cluster = new EngineCluster(1);
        cluster.Limits = cluster.Limits with { Window = window };
        await Assert.ThatAsync(
            async () => await cluster.StartAsync(0),
            Throws.ArgumentException.With.Message.Contains($"Window is {window}; it must be from 1 to 64"));
    }
}
