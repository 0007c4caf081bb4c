using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The time of a block: its proposer's clock, within the drift that a quorum tolerates, and always later than the block
/// before.</summary>
[TestFixture]
public sealed class BlockTimeTests
{
    private static readonly long Drift = (long)new MedChain.Core.Consensus.CbftLimits().MaxClockDrift.TotalMilliseconds;

    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(-1, true)]
    [TestCase(2, false)]
    [TestCase(-2, false)]
    public void Proposal_is_voted_for_within_the_drift_only(int side, bool voted)
    {
        var harness = new MachineHarness();
        long offset = side switch { 0 => 0, 1 => Drift, -1 => -Drift, 2 => Drift + 1, _ => -Drift - 1 };
        Offer(harness, slot: 1, offset);

        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>().Any(), Is.EqualTo(voted));
    }

    [Test]
    public void Leader_whose_clock_is_far_ahead_is_replaced_and_not_reported()
    {
        var harness = new MachineHarness();
        Cut cut = Offer(harness, slot: 1, Drift + 1);
        foreach (int voter in (int[])[0, 2])
        {
            harness.Receive(MachineHarness.VoteOf(VotePhase.Prepare, voter, 1, cut.Digest));
        }

        harness.Pass(60_000);
        Assert.That(harness.Machine.State.View.Value, Is.GreaterThan(0));
        Assert.That(harness.Effects.OfType<Effect.Report>(), Is.Empty);
    }

    [Test]
    public void Block_time_is_the_proposers_clock()
    {
        var harness = new MachineHarness();
        harness.Decide(1, Offer(harness, slot: 1, offset: 700).Digest);

        Assert.That(Times(harness), Is.EqualTo([MachineHarness.WallClockStart + 700]));
    }

    /// <summary>The clock of one leader is ahead, that of the next is right: until it gets there, blocks are a millisecond apart.</summary>
    [Test]
    public void Block_time_rises_when_a_proposers_clock_jumps_back()
    {
        var harness = new MachineHarness();
        harness.Decide(1, Offer(harness, slot: 1, offset: 9_000).Digest);
        harness.Decide(2, Offer(harness, slot: 2, offset: 0).Digest);
        harness.Decide(3, Offer(harness, slot: 3, offset: -9_000).Digest);
        harness.Decide(4, Offer(harness, slot: 4, offset: 9_500).Digest);

        long first = MachineHarness.WallClockStart + 9_000;
        Assert.That(Times(harness), Is.EqualTo([first, first + 1, first + 2, first + 500]));
    }

    [Test]
    public void Equal_clocks_of_two_blocks_give_different_times()
    {
        var harness = new MachineHarness();
        harness.Decide(1, Offer(harness, slot: 1, offset: 0).Digest);
        harness.Decide(2, Offer(harness, slot: 2, offset: 0).Digest);

        Assert.That(Times(harness), Is.EqualTo([MachineHarness.WallClockStart, MachineHarness.WallClockStart + 1]));
    }

    /// <summary>A value that a quorum prepared binds whatever the clock says, or the view could not be finished.</summary>
    [Test]
    public void Decided_block_is_delivered_whatever_the_own_clock_says()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference) with
        {
            ProposedAt = MachineHarness.WallClockStart + (10 * Drift),
        };
        var commit = new VoteCertificate(VotePhase.Commit, 0, default, new SlotNumber(1), cut.Digest, []);
        harness.Receive(new BlocksData(
            0, [new BlockBody(cut, commit, [batch], [], [.. Enumerable.Range(0, 4).Select(BatchReference.Start)])]));

        Assert.That(Times(harness), Is.EqualTo([cut.ProposedAt]));
    }

    private static Cut Offer(MachineHarness harness, long slot, long offset)
    {
        Batch batch = MachineHarness.BatchOf(2, slot, Parent(slot));
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutOf(slot, 0, batch.Header.Reference) with { ProposedAt = MachineHarness.WallClockStart + offset };
        harness.Receive(MachineHarness.Propose(cut));
        return cut;
    }

    private static Digest Parent(long slot)
    {
        Digest parent = default;
        for (long height = 1; height < slot; height++)
        {
            parent = MachineHarness.BatchOf(2, height, parent).Header.Digest;
        }

        return parent;
    }

    private static long[] Times(MachineHarness harness) => [.. harness.Effects.OfType<Effect.Execute>().Select(e => e.Time)];
}
