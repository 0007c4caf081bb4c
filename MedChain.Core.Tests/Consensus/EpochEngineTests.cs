using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Whole engines whose validators change.</summary>
[TestFixture]
public sealed class EpochEngineTests
{
    [Test]
    public async Task Validators_join_are_replaced_and_leave_under_load_and_nothing_is_lost()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3);
        using var stop = new CancellationTokenSource();
        Task<List<long>> load = Task.Run(() => SubmitAsync(cluster, stop.Token));

        await cluster.StartAsync(4);
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 3, 4);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 3, 4);
        await cluster.StartAsync(5);
        await cluster.ChooseAsync([0, 1], 0, 1, 5, 3, 4);
        await cluster.WaitForEpochAsync(2, 0, 1, 2, 3, 4, 5);
        await cluster.ChooseAsync([0, 1], 0, 1, 5, 4);
        await cluster.WaitForEpochAsync(3, 0, 1, 2, 3, 4, 5);
        await stop.CancelAsync();
        List<long> accepted = await load;

        await cluster.WaitAsync(
            () => Enumerable.Range(0, 6).All(i => accepted.All(cluster.Machines[i].Executed.ToHashSet().Contains)),
            $"Delivery of {accepted.Count} transactions everywhere");
        Assert.That(cluster.Machines[0].Executed, Is.Unique.And.EquivalentTo(accepted));
        Assert.That(Enumerable.Range(0, 6).Select(i => cluster.Engines[i]!.Status.IsValidator),
            Is.EqualTo([true, true, false, false, true, true]));
        RequireProofs(cluster);
        foreach (int i in new[] { 0, 3, 5 })
        {
            ChainReport report = ChainVerifier.Verify(cluster.Stores[i], EpochEngineCluster.Chain, EpochEngineCluster.Genesis);
            Assert.That(report.Problem, Is.Null, $"the chain of institution {i}");
        }
    }

    [Test]
    public async Task Restarted_validator_finds_its_epoch_in_its_blocks()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3, 4);
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 3, 4);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 3, 4);
        foreach (int i in new[] { 1, 4 })
        {
            await cluster.StopAsync(i);
            await cluster.StartAsync(i);
            Assert.That(cluster.Engines[i]!.Status, Has.Property(nameof(CbftStatus.Epoch)).EqualTo(1)
                .And.Property(nameof(CbftStatus.CanVote)).True);
        }

        await cluster.Engines[4]!.SubmitAsync(EngineCluster.Transaction(7));
        await cluster.WaitAsync(() => cluster.Machines[1].Executed.Contains(7), "Delivery in epoch 1");
    }

    [Test]
    public async Task Seal_that_only_the_log_has_is_stored_again_before_the_next_one_takes_its_place()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3, 4);
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 3, 4);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 3, 4);
        BlockHeight end = cluster.Engines[1]!.Validators.Latest.Start;
        await cluster.StopAsync(1);
        cluster.Stores[1].LoseCertificate(end);
        await cluster.StartAsync(1);
        Assert.That(cluster.Engines[1]!.Status.Epoch, Is.EqualTo(1));
        Assert.That(cluster.Stores[1].TryReadCertificate(end), Is.Not.Null);
    }

    [Test]
    public async Task Validator_with_a_damaged_log_votes_again_only_under_a_fresh_key()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3);
        await cluster.Engines[0]!.SubmitAsync(EngineCluster.Transaction(1));
        await cluster.WaitAsync(() => cluster.Machines[3].Executed.Contains(1), "Delivery");
        await cluster.StopAsync(3);
        cluster.Logs[3].Damage = "Test: a record is damaged.";
        await cluster.StartAsync(3);
        await cluster.WaitAsync(() => !cluster.Engines[3]!.Status.CanVote, "Following without a vote");

        // The same institution: its blocks and state, another key, another log.
        await cluster.StopAsync(3);
        cluster.Stores[6] = cluster.Stores[3];
        cluster.Machines[6] = cluster.Machines[3];
        await cluster.StartAsync(6);
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 6);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 6);
        await cluster.WaitAsync(() => cluster.Engines[6]!.Status.CanVote, "Voting with the fresh key");
        await cluster.StopAsync(2);
        await cluster.Engines[6]!.SubmitAsync(EngineCluster.Transaction(2));
        await cluster.WaitAsync(() => cluster.Machines[0].Executed.Contains(2), "Delivery with the fresh key's vote");
    }

    [Test]
    public async Task Institution_without_a_vote_takes_no_transactions()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3, 4);
        Assert.That(await cluster.Engines[4]!.SubmitAsync(EngineCluster.Transaction(1)), Is.TypeOf<SubmitResult.Unavailable>());
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 4);
        await cluster.WaitForEpochAsync(1, 3, 4);
        Assert.That(await cluster.Engines[4]!.SubmitAsync(EngineCluster.Transaction(1)), Is.TypeOf<SubmitResult.Accepted>());
        Assert.That(await cluster.Engines[3]!.SubmitAsync(EngineCluster.Transaction(2)), Is.TypeOf<SubmitResult.Unavailable>());
    }

    [Test]
    public async Task Transactions_that_a_removed_validator_could_not_order_are_ordered_by_those_who_stay()
    {
        await using var cluster = new EpochEngineCluster();
        cluster.Mute[3] = message => Envelope.PeekKind(message.Span) == MessageKind.Batch;
        await cluster.StartAsync(0, 1, 2, 3, 4);
        long[] accepted = [.. Enumerable.Range(1, 50)];
        foreach (long number in accepted)
        {
            Assert.That(await cluster.Engines[3]!.SubmitAsync(EngineCluster.Transaction(number)), Is.TypeOf<SubmitResult.Accepted>());
        }

        await cluster.ChooseAsync([0, 1], 0, 1, 2, 4);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 3, 4);
        await cluster.WaitAsync(() => accepted.All(cluster.Machines[3].Executed.ToHashSet().Contains), "Delivery by the others");
        Assert.That(cluster.Engines[3]!.Status.PendingTransactions, Is.Zero);
    }

    /// <summary>A later handoff takes the place of the one in the log, and then nothing else would end the first epoch.</summary>
    [Test]
    public async Task Seal_that_ended_an_epoch_and_that_the_store_lost_is_put_back_from_the_log()
    {
        await using var cluster = new EpochEngineCluster();
        await cluster.StartAsync(0, 1, 2, 3, 4);
        await cluster.ChooseAsync([0, 1], 0, 1, 2, 3, 4);
        await cluster.WaitForEpochAsync(1, 0, 1, 2, 3, 4);
        Handoff handoff = cluster.Engines[0]!.Validators.Handoffs[0];
        var store = new MemoryBlockStore();
        for (var height = new BlockHeight(1); height <= handoff.Header.Height; height = height.Next)
        {
            store.Append(cluster.Stores[0].TryRead(height)!);
        }

        var genesis = new ValidatorHistory(EpochEngineCluster.Chain, EpochEngineCluster.Genesis);
        Assert.That(StoredHistory.Read(store, genesis, logged: null).Latest.Number, Is.Zero, "the seal is lost");
        Assert.That(StoredHistory.Read(store, genesis, handoff).Latest.Number, Is.EqualTo(1));
        Assert.That(StoredHistory.Read(store, genesis, logged: null).Latest.Number, Is.EqualTo(1), "without the log's help");
    }

    /// <summary>Keeps the two validators that stay busy.</summary>
    private static async Task<List<long>> SubmitAsync(EpochEngineCluster cluster, CancellationToken cancellationToken)
    {
        List<long> accepted = [];
        for (long number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            if (await cluster.Engines[(int)(number % 2)]!.SubmitAsync(EngineCluster.Transaction(number), CancellationToken.None)
                is SubmitResult.Accepted)
            {
                accepted.Add(number);
            }

            if (number % 20 == 0)
            {
                await Task.Delay(2, CancellationToken.None);
            }
        }

        return accepted;
    }

    /// <summary>A proof made in epoch 0 and one made in the last epoch both verify from the genesis and the handoffs alone.</summary>
    private static void RequireProofs(EpochEngineCluster cluster)
    {
        byte[] handoffs = cluster.Engines[0]!.Validators.ToBytes();
        Assert.That(
            ValidatorHistory.TryRead(handoffs, EpochEngineCluster.Chain, EpochEngineCluster.Genesis, out ValidatorHistory? history));
        Assert.That(history!.Latest.Number, Is.EqualTo(3));
        MemoryBlockStore store = cluster.Stores[0];
        foreach (long epoch in new long[] { 0, 3 })
        {
            DecodedBlock block = Enumerable.Range(1, (int)store.Head.Value)
                .Select(h => BlockReader.Read(store.TryRead(new BlockHeight(h))!))
                .First(b => b.Header.Epoch == epoch && b.Transactions.Count > 0);
            ChainProof proof = TransactionProofs.TryProve(store, block, 0)!;
            Assert.That(proof.Verify(history), $"a proof of epoch {epoch}");
            Assert.That(proof.Verify(new ValidatorHistory(EpochEngineCluster.Chain, EpochEngineCluster.Genesis)), Is.EqualTo(epoch == 0));
        }
    }
}
