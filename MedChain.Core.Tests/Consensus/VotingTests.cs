using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The three voting phases of one validator.</summary>
[TestFixture]
public sealed class VotingTests
{
    [Test]
    public void Prepare_waits_for_the_body_and_the_vote_to_be_durable()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);

        RecordKind[] records = [.. harness.Effects.OfType<Effect.Persist>().Select(p => (RecordKind)p.Record.Kind)];
        Effect.Send vote = harness.Effects.OfType<Effect.Send>().Single(s => MachineHarness.Decode(s) is Vote);
        Assert.That(records, Is.EqualTo(new[] { RecordKind.Incarnation, RecordKind.Batch, RecordKind.Prepare }));
        Assert.That(vote.After, Is.EqualTo(harness.Effects.OfType<Effect.Persist>().Last().Ticket));
    }

    [Test]
    public void Repeated_vote_counts_once()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 0, 0, 0, 2, 2);
        Assert.That(harness.Machine.State.Decided, Is.Zero);
    }

    [Test]
    public void Votes_of_different_views_do_not_add_up()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, 0, 1, cut.Digest, view: 0));
        harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, 2, 1, cut.Digest, view: 1));
        harness.Receive(MachineHarness.VoteOf(VotePhase.Commit, 3, 1, cut.Digest, view: 2));
        Assert.That(harness.Machine.State.Decided, Is.Zero);
    }

    [Test]
    public void Second_proposal_for_a_slot_gets_no_vote_and_ends_the_view()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        _ = harness.News;

        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(3, 1).Header.Reference)));

        List<ConsensusMessage> sent = MachineHarness.Sent(harness.News);
        Assert.That(sent.OfType<Vote>(), Is.Empty);
        Assert.That(sent.OfType<ViewChange>().Single().NewView.Value, Is.EqualTo(1));
    }

    [Test]
    public void Contradicting_votes_are_evidence_and_only_the_first_counts()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 0, 2);

        harness.ReceiveVotes(VotePhase.Commit, 1, Digest.Of([9]), 2);

        Assert.That(harness.Effects.OfType<Effect.Report>().Single().Evidence.Validator, Is.EqualTo(2));
        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 3);
        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
    }

    [Test]
    public void Uncertified_tip_of_a_refused_batch_gets_no_vote()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch), valid: false);
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, batch.Header.Reference)));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [TestCase(1, 2)]
    [TestCase(2, 1)]
    public void Tip_that_names_a_batch_at_another_place_gets_no_vote(long incarnation, long height)
    {
        // Its digest is known here, but once the batch is delivered nobody could find it at the place that the cut names.
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        BatchReference lie = batch.Header.Reference with { Incarnation = incarnation, Height = height };
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, lie)));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [Test]
    public void Proposal_of_another_clock_gets_no_vote()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference) with { ProposedAt = MachineHarness.WallClockStart + 60_000 };
        harness.Receive(MachineHarness.Propose(cut));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [Test]
    public void Slot_beyond_two_windows_above_the_base_gets_no_vote()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        long last = 2 * harness.Settings.Window;
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(last + 1, 0, batch.Header.Reference)));
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(last, 0, batch.Header.Reference)));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>().Single().Slot.Value, Is.EqualTo(last));
    }

    [Test]
    public void Slots_decide_in_any_order_and_are_delivered_in_order()
    {
        var harness = new MachineHarness();
        Cut first = harness.ProposeBatch(1);
        Cut second = harness.ProposeBatch(2);

        harness.Decide(2, second.Digest);
        Assert.That(harness.Effects.OfType<Effect.Execute>(), Is.Empty);
        harness.Decide(1, first.Digest);

        Assert.That(harness.Effects.OfType<Effect.Execute>().Select(e => e.Height.Value), Is.EqualTo(new long[] { 1, 2 }));
    }

    [Test]
    public void Seal_waits_for_execution_and_for_a_durable_decision()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.Decide(1, cut.Digest);
        harness.Step(new Input.BlockExecuted(new BlockHeight(1), Digest.Of([1]), Digest.Of([2]), Digest.Of([3])));
        Assert.That(harness.Effects.OfType<Effect.StoreBlock>(), Is.Empty);

        harness.PersistAll();

        Effect.StoreBlock stored = harness.Effects.OfType<Effect.StoreBlock>().Single();
        SealVote seal = MachineHarness.Sent(harness.Effects).OfType<SealVote>().Single();
        Assert.That(seal.HeaderHash, Is.EqualTo(stored.Header.Hash));
        Assert.That(stored.Header.Time, Is.EqualTo(cut.ProposedAt));
    }

    [Test]
    public void Damaged_log_makes_a_validator_that_never_signs()
    {
        var harness = new MachineHarness(log: new LogContents([], "Record 7 is damaged."));
        Cut cut = harness.ProposeBatch(1);
        harness.Decide(1, cut.Digest);
        harness.Pass(20_000);

        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
        Assert.That(
            MachineHarness.Sent(harness.Effects).Select(m => m.GetType()).Distinct(),
            Is.SubsetOf(new[] { typeof(Status), typeof(FetchBatches), typeof(FetchBlocks) }));
    }
}
