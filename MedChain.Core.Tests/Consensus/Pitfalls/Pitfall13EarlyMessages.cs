using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 13: messages for the next term or view dropped because they come early.</summary>
[TestFixture]
public sealed class Pitfall13EarlyMessages
{
    [Test]
    public void Votes_for_a_proposal_that_has_not_come_yet_count_when_it_comes()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference);
        harness.Receive(new BatchMessage(batch));
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 0, 2);
        harness.Receive(MachineHarness.Propose(cut));
        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
    }

    [Test]
    public void Proposals_for_a_later_view_wait_for_it_and_nobody_elses_displace_them()
    {
        var harness = new MachineHarness(index: 3);
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutIn(1, 0, 1, 1, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut, view: 1));
        harness.Receive(MachineHarness.Propose(MachineHarness.CutIn(1, 0, 1, 2, batch.Header.Reference), view: 1));
        harness.Receive(MachineHarness.Propose(MachineHarness.CutIn(9, 0, 1, 1, batch.Header.Reference), view: 9));

        harness.Receive(new NewView(0, new ViewNumber(1), [ChangeOf(0), ChangeOf(1), ChangeOf(2)], default));

        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>().Single().Value, Is.EqualTo(cut.Digest));
    }

    [Test]
    public void Proposal_of_the_next_term_that_overtakes_the_last_of_this_one_is_voted_for()
    {
        var harness = new MachineHarness(index: 3, rules: new ConsensusRules { TermLength = 1 });
        Batch batch = MachineHarness.BatchOf(1, 1);
        harness.Receive(new BatchMessage(batch));
        Cut second = MachineHarness.CutOf(2, 1, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(second));
        harness.ProposeBatch(1);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>().Select(v => v.Slot.Value), Is.EquivalentTo(new long[] { 1, 2 }));
    }

    private static ViewChange ChangeOf(int validator) => new(0, new ViewNumber(1), null, [], validator, default);
}
