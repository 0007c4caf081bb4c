using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Replacing a leader.</summary>
[TestFixture]
public sealed class ViewChangeTests
{
    private static readonly Cut A = MachineHarness.CutOf(2, 0, MachineHarness.BatchOf(1, 1).Header.Reference);
    private static readonly Cut B = MachineHarness.CutOf(2, 1, MachineHarness.BatchOf(2, 1).Header.Reference);

    [Test]
    public void Idle_chain_changes_no_views()
    {
        var harness = new MachineHarness();
        harness.Pass(60_000);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
    }

    [Test]
    public void Open_slot_ends_the_view_after_its_timeout()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        harness.Pass(999);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
        harness.Pass(1);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void Progress_of_a_higher_slot_does_not_reset_the_timer_of_the_lowest()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        harness.Pass(900);
        Cut second = harness.ProposeBatch(2);
        harness.Decide(2, second.Digest);
        harness.Pass(100);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void Certified_tip_that_no_cut_covers_ends_the_view()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        harness.Pass(1_000);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void One_lane_left_out_ends_the_view_although_others_move()
    {
        var harness = new MachineHarness();
        Batch left = MachineHarness.BatchOf(3, 1);
        harness.Receive(new BatchMessage(left));
        harness.Receive(new FixCertificate(0, left.Header.Reference, []));
        for (int slot = 1; slot <= 8 && harness.Machine.State.View.Value == 0; slot++)
        {
            Cut cut = harness.ProposeBatch(slot);
            harness.Decide(slot, cut.Digest);
            harness.Step(new Input.BlockExecuted(new BlockHeight(slot), default, default, default));
            harness.PersistAll();
            harness.Pass(500);
        }

        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void Lone_validator_does_not_run_ahead_through_views()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        harness.Pass(600_000);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<ViewChange>().Count(), Is.GreaterThan(100), "it is sent again and again");
    }

    [Test]
    public void Timeouts_double_with_each_failed_view_up_to_the_cap()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        List<long> lengths = [];
        for (long view = 1; view <= 8; view++)
        {
            long waited = 0;
            while (harness.Machine.State.View.Value < view && waited < 100_000)
            {
                harness.Pass(100);
                waited += 100;
            }

            lengths.Add(waited);
            foreach (int validator in new[] { 0, 2, 3 })
            {
                harness.Receive(ChangeOf(validator, view));
            }
        }

        Assert.That(lengths, Is.EqualTo(new long[] { 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000 }).Within(100));
    }

    [Test]
    public void Two_of_four_that_want_a_higher_view_take_a_third_along()
    {
        var harness = new MachineHarness();
        harness.Receive(ChangeOf(2, 3));
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
        harness.Receive(ChangeOf(3, 5));
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(3));
    }

    /// <summary>Found by the simulator: those in the lower view waited for a quorum that could not come any more, and those in the higher
    /// view were too few to take them along.</summary>
    [Test]
    public void Validators_that_went_on_to_a_higher_view_count_for_the_end_of_this_one()
    {
        var harness = new MachineHarness(count: 7, index: 2);
        harness.Receive(ChangeOf(0, 1));
        harness.Receive(ChangeOf(3, 1));
        harness.Receive(ChangeOf(4, 2));
        harness.Receive(ChangeOf(5, 2));
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
        harness.Pass(1_100);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(2));
    }

    /// <summary>Found by the simulator: a certified tip beside what was delivered was proposed again and again, in blocks that took
    /// nothing.</summary>
    [Test]
    public void Tip_on_a_fork_of_its_lane_is_neither_proposed_nor_waited_for()
    {
        var leader = new MachineHarness(index: 0);
        Batch delivered = MachineHarness.BatchOf(2, 1);
        leader.Receive(new BatchMessage(delivered));
        leader.Receive(new FixCertificate(0, delivered.Header.Reference, []));
        leader.Decide(1, MachineHarness.Sent(leader.News).OfType<PrePrepare>().Single().Cut.Digest);
        Assert.That(leader.Machine.State.Ordered, Is.EqualTo(1));
        Batch fork = MachineHarness.BatchOf(2, 1, content: 1);
        Batch tip = MachineHarness.BatchOf(2, 2, fork.Header.Digest);
        leader.Receive(new BatchMessage(tip));
        leader.Receive(new FixCertificate(0, tip.Header.Reference, []));
        leader.Pass(60_000);
        Assert.That(MachineHarness.Sent(leader.News).OfType<PrePrepare>().Where(p => p.Cut.Slot.Value > 1), Is.Empty);
        Assert.That(leader.Machine.State.View.Value, Is.Zero);
    }

    [Test]
    public void Leader_that_resigns_is_believed_at_once()
    {
        var harness = new MachineHarness();
        harness.Receive(ChangeOf(0, 1));
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void Restarted_leader_gives_up_its_view_and_proposes_nothing_in_it()
    {
        var before = new MachineHarness(index: 0);
        var after = new MachineHarness(index: 0, log: new LogContents(before.Records, null));
        Assert.That(after.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(MachineHarness.Sent(after.Effects).OfType<ViewChange>().Single().NewView.Value, Is.EqualTo(1));
    }

    [Test]
    public void Lone_validator_enters_the_view_that_it_wanted_when_it_crashed()
    {
        var first = new MachineHarness(count: 1, index: 0);
        var second = new MachineHarness(count: 1, index: 0, log: new LogContents(first.Records, null));
        IEnumerable<LogRecord> durable = second.Records.TakeWhile(record => record.Kind != (byte)RecordKind.NewView);
        var third = new MachineHarness(count: 1, index: 0, log: new LogContents([.. first.Records, .. durable], null));
        Assert.That((third.Machine.State.View.Value, third.Machine.State.Active), Is.EqualTo((1L, true)));
    }

    [Test]
    public void View_change_shows_prepared_certificates_after_a_restart()
    {
        var before = new MachineHarness();
        Cut cut = before.ProposeBatch(1);
        before.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        var after = new MachineHarness(log: new LogContents(before.Records, null));

        after.Pass(5_000);

        ViewChangeEntry entry = MachineHarness.Sent(after.Effects).OfType<ViewChange>().First().Entries.Single();
        Assert.That(entry.Prepared!.Value, Is.EqualTo(cut.Digest));
        Assert.That(entry.Cut, Is.EqualTo(cut));
    }

    [Test]
    public void No_vote_is_given_in_a_view_that_was_left()
    {
        var harness = new MachineHarness();
        harness.Receive(ChangeOf(2, 1));
        harness.Receive(ChangeOf(3, 1));
        harness.Effects.Clear();
        harness.ProposeBatch(1);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [Test]
    public void New_leader_proposes_the_prepared_value_again_and_null_below_it()
    {
        var harness = new MachineHarness(index: 1);
        harness.Receive(ChangeOf(2, 1, new ViewChangeEntry(new SlotNumber(2), Prepared(A, 0), A, null)));
        harness.Receive(ChangeOf(3, 1));

        Vote[] votes = [.. MachineHarness.Sent(harness.Effects).OfType<Vote>()];
        Digest empty = Cut.NullDigest(MachineHarness.Chain, 0, new SlotNumber(1));
        Assert.That(votes.Single(v => v.Slot.Value == 1).Value, Is.EqualTo(empty));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<NewView>().Single().ViewChanges, Has.Length.EqualTo(3));
    }

    [Test]
    public void Prepared_value_of_the_highest_view_is_chosen()
    {
        NewView newView = Open(3, ChangeOf(0, 3, Entry(A, 0)), ChangeOf(1, 3, Entry(B, 2)), ChangeOf(2, 3, Entry(A, 1)));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, MachineHarness.SetOf(4))[^1].Value, Is.EqualTo(B.Digest));
    }

    [Test]
    public void Accepted_claims_alone_choose_nothing()
    {
        var claim = new ViewChangeEntry(new SlotNumber(2), null, null, new AcceptedClaim(new ViewNumber(0), A.Digest));
        NewView newView = Open(1, ChangeOf(0, 1, claim), ChangeOf(1, 1, claim), ChangeOf(2, 1, claim));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, MachineHarness.SetOf(4)), Is.Empty);
    }

    [Test]
    public void Slots_up_to_the_highest_base_are_left_alone()
    {
        var certificate = new SealCertificate(MachineHarness.Chain, 0, new BlockHeight(2), Digest.Of([1]), []);
        NewView newView = Open(1, ChangeOf(0, 1, Entry(A, 0)), ChangeOf(1, 1) with { Base = certificate }, ChangeOf(2, 1));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, MachineHarness.SetOf(4)), Is.Empty);
    }

    [Test]
    public void Proposal_for_the_next_view_is_kept_until_the_view_is_entered()
    {
        var harness = new MachineHarness(index: 3);
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut cut = MachineHarness.CutIn(1, 0, 1, 1, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut, view: 1));
        Assert.That(MachineHarness.Sent(harness.News).OfType<Vote>(), Is.Empty);

        harness.Receive(Open(1, ChangeOf(0, 1), ChangeOf(1, 1), ChangeOf(2, 1)));

        Assert.That(MachineHarness.Sent(harness.News).OfType<Vote>().Single().Value, Is.EqualTo(cut.Digest));
    }

    [Test]
    public void Peer_in_an_older_view_is_given_the_new_view()
    {
        var harness = new MachineHarness(index: 3);
        harness.Receive(Open(1, ChangeOf(0, 1), ChangeOf(1, 1), ChangeOf(2, 1)));
        _ = harness.News;
        harness.Receive(new Status(0, default, true, default, default, new BlockHeight(1), default));
        Assert.That(MachineHarness.Sent(harness.News).OfType<NewView>().Count(), Is.EqualTo(1));
    }

    private static ViewChange ChangeOf(int validator, long view, params ViewChangeEntry[] entries) =>
        new(0, new ViewNumber(view), null, [.. entries], validator, default);

    private static NewView Open(long view, params ViewChange[] changes) =>
        new(0, new ViewNumber(view), [.. changes], default);

    private static ViewChangeEntry Entry(Cut cut, long view) => new(cut.Slot, Prepared(cut, view), cut, null);

    private static VoteCertificate Prepared(Cut cut, long view) =>
        new(VotePhase.Prepare, 0, new ViewNumber(view), cut.Slot, cut.Digest, ImmutableArray<ValidatorSignature>.Empty);
}
