using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Votes that come when nobody needs them any more.</summary>
[TestFixture]
public sealed class SettledVotesTests
{
    private static readonly Digest Value = Digest.Of([1]);

    [Test]
    public void Nothing_is_settled_at_the_start() =>
        Assert.That(new SettledVotes().Contains(MachineHarness.VoteOf(VotePhase.Commit, 0, 1, Value)), Is.False);

    [Test]
    public void Vote_of_a_settled_slot_is_not_needed_but_one_of_a_later_view_is()
    {
        var settled = new SettledVotes();
        settled.Publish(slot: 5, new ViewNumber(2), sealedHeight: 3);
        Assert.That(settled.Contains(MachineHarness.VoteOf(VotePhase.Prepare, 0, 5, Value, view: 2)), Is.True);
        Assert.That(settled.Contains(MachineHarness.VoteOf(VotePhase.Prepare, 0, 6, Value, view: 2)), Is.False);
        Assert.That(settled.Contains(MachineHarness.VoteOf(VotePhase.Prepare, 0, 5, Value, view: 3)), Is.False);
    }

    [Test]
    public void Seal_is_needed_until_its_height_has_a_certificate()
    {
        var settled = new SettledVotes();
        settled.Publish(slot: 5, default, sealedHeight: 3);
        Assert.That(settled.Contains(new SealVote(0, new BlockHeight(3), Value, 0, default)), Is.True);
        Assert.That(settled.Contains(new SealVote(0, new BlockHeight(4), Value, 0, default)), Is.False);
    }

    [Test]
    public void Slot_is_settled_when_it_is_decided_and_the_own_commit_is_given()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut));
        foreach (int validator in (int[])[0, 2])
        {
            harness.Receive(MachineHarness.VoteOf(VotePhase.Prepare, validator, 1, cut.Digest));
        }

        harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, 0, 1, cut.Digest));
        Assert.That(harness.Machine.SettledSlot, Is.Zero);
        harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, 2, 1, cut.Digest));
        Assert.That(harness.Machine.SettledSlot, Is.EqualTo(1));
    }

    [Test]
    public void Slot_that_others_decided_before_the_own_commit_is_not_settled()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut));
        foreach (int validator in (int[])[0, 2, 3])
        {
            harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, validator, 1, cut.Digest));
        }

        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
        Assert.That(harness.Machine.SettledSlot, Is.Zero);
    }
}
