using MedChain.Core.Consensus;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Whole engines that start after a state which a peer gave them.</summary>
[TestFixture]
public sealed class SnapshotEngineTests
{
    [Test]
    public async Task Validator_far_behind_is_given_a_state_and_takes_part_again()
    {
        await using SnapshotCluster cluster = await StartWithLateValidatorAsync();
        Assert.That(cluster.Machines[3].Restored, Is.EqualTo(1));
        Assert.That(cluster.Machines[3].Executed, Is.LessThan(40));
        Assert.That(cluster.Stores[3].First.Value, Is.GreaterThan(1));

        // With it, and without another, there is a quorum.
        await cluster.StopAsync(1);
        await cluster.GrowAsync(0, 5, first: 61);
        await cluster.WaitForAsync(65, 0, 2, 3);
        await RequireSoundAsync(cluster, 0, 2, 3);
    }

    [Test]
    public async Task Validator_a_little_behind_fetches_the_blocks()
    {
        await using var cluster = new SnapshotCluster();
        await cluster.StartAsync(0, 1, 2);
        await cluster.GrowAsync(0, 12, first: 1);
        await cluster.StartAsync(3);
        await cluster.WaitForAsync(12, 3);
        Assert.That(cluster.Machines[3].Restored, Is.Zero);
    }

    [Test]
    public async Task Chain_that_drops_old_blocks_keeps_enough_and_takes_up_new_validators()
    {
        await using var cluster = new SnapshotCluster();
        cluster.Limits = cluster.Limits with { KeptBlocks = 10, SnapshotDistance = 1_000_000 };
        await cluster.StartAsync(0, 1, 2);
        await cluster.GrowAsync(0, 200, first: 1);
        await cluster.WaitAsync(() => cluster.Stores[0].First.Value > 1, "Dropping of old blocks");
        Assert.That(cluster.Stores[0].Head.Value - cluster.Stores[0].First.Value, Is.GreaterThanOrEqualTo(9));

        // It is not far behind, but nobody has the first block any more.
        await cluster.StartAsync(3);
        await cluster.WaitForAsync(200, 3);
        Assert.That(cluster.Machines[3].Restored, Is.EqualTo(1));
        await RequireSoundAsync(cluster, 0, 1, 2, 3);
    }

    [Test]
    public async Task Validator_restarts_where_its_blocks_begin()
    {
        await using SnapshotCluster cluster = await StartWithLateValidatorAsync();
        await cluster.StopAsync(3);
        cluster.Machines[3].Restart();
        await cluster.StartAsync(3);
        Assert.That(cluster.Engines[3]!.Status.CanVote, Is.True);
        await cluster.GrowAsync(0, 5, first: 61);
        await cluster.WaitForAsync(65, 3);
        Assert.That(cluster.Machines[3].Restored, Is.EqualTo(1));
    }

    [Test]
    public async Task Validator_that_lost_its_state_and_has_not_all_blocks_is_given_a_state()
    {
        await using SnapshotCluster cluster = await StartWithLateValidatorAsync();
        await cluster.StopAsync(3);
        cluster.Machines[3].Lose();
        await cluster.StartAsync(3);
        await cluster.WaitForAsync(60, 3);
        Assert.That(cluster.Machines[3].Restored, Is.EqualTo(2));
        await cluster.WaitAsync(() => cluster.Engines[3]!.Status.CanVote, "A vote for validator 3");
        await cluster.StopAsync(1);
        await cluster.GrowAsync(0, 5, first: 61);
        await cluster.WaitForAsync(65, 3);
        await RequireSoundAsync(cluster, 0, 2, 3);
    }

    [Test]
    public async Task Crash_before_the_state_is_replaced_begins_the_transfer_again()
    {
        await using var cluster = new SnapshotCluster();
        await cluster.StartAsync(0, 1, 2);
        await cluster.GrowAsync(0, 60, first: 1);
        cluster.Machines[3].BeforeReplacing = () => throw new StorageException(StorageFault.Unavailable, "The process ends here.");
        await cluster.StartAsync(3);
        CbftEngine crashed = cluster.Engines[3]!;
        await Assert.ThatAsync(() => crashed.Completion.WaitAsync(TimeSpan.FromMinutes(1)), Throws.TypeOf<StorageException>());
        await cluster.StopAsync(3);
        Assert.That(cluster.Stores[3].First.Value, Is.GreaterThan(1), "The store begins after the state's block already");
        Assert.That(cluster.Machines[3].Height.Value, Is.Zero);

        cluster.Machines[3].BeforeReplacing = null;
        await cluster.StartAsync(3);
        await cluster.WaitForAsync(60, 3);
        await RequireSoundAsync(cluster, 3);
    }

    [Test]
    public async Task Newcomer_is_given_a_state_of_a_later_epoch()
    {
        await using var cluster = new SnapshotCluster();
        await cluster.StartAsync(0, 1, 2, 3, 4);
        foreach (int i in new[] { 0, 1 })
        {
            await cluster.Engines[i]!.SubmitAsync(TreeStateMachine.Choice(0, 1, 2, 3, 4));
        }

        await cluster.WaitAsync(() => cluster.Engines[0]!.Status.Epoch == 1, "Epoch 1");
        await cluster.GrowAsync(0, 40, first: 1);
        await cluster.StartAsync(5);
        await cluster.WaitForAsync(40, 5);
        Assert.That(cluster.Machines[5].Restored, Is.EqualTo(1));
        Assert.That(cluster.Engines[5]!.Status, Has.Property(nameof(CbftStatus.Epoch)).EqualTo(1));
        Assert.That(cluster.Engines[5]!.Validators.Latest.Validators.Hash, Is.EqualTo(SnapshotCluster.SetOf([0, 1, 2, 3, 4]).Hash));
        await RequireSoundAsync(cluster, 0, 4, 5);

        await cluster.StopAsync(5);
        cluster.Machines[5].Restart();
        await cluster.StartAsync(5);
        Assert.That(cluster.Engines[5]!.Status.Epoch, Is.EqualTo(1));
        await cluster.GrowAsync(0, 5, first: 41);
        await cluster.WaitForAsync(45, 5);
    }

    /// <summary>Three validators with 60 blocks, and a fourth that came to them then.</summary>
    private static async Task<SnapshotCluster> StartWithLateValidatorAsync()
    {
        var cluster = new SnapshotCluster();
        await cluster.StartAsync(0, 1, 2);
        await cluster.GrowAsync(0, 60, first: 1);
        await cluster.StartAsync(3);
        await cluster.WaitForAsync(60, 3);
        return cluster;
    }

    /// <summary>Everything that is stored leads back to the genesis, and the states are equal.</summary>
    private static async Task RequireSoundAsync(SnapshotCluster cluster, params int[] institutions)
    {
        await cluster.WaitAsync(
            () => institutions.Select(i => cluster.Machines[i].Height).Distinct().Count() == 1, "Equal heights of all institutions");
        Assert.That(institutions.Select(i => cluster.Machines[i].StateRoot).Distinct().Count(), Is.EqualTo(1));
        foreach (int i in institutions)
        {
            ChainReport report = ChainVerifier.Verify(cluster.Stores[i], SnapshotCluster.Chain, SnapshotCluster.Genesis);
            Assert.That(report.Problem, Is.Null, $"the chain of institution {i}");
            Assert.That(report.Verified, Is.EqualTo(cluster.Stores[i].Head));
        }
    }
}
