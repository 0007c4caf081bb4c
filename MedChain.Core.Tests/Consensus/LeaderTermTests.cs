using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Leaders that take turns, and leaders that are passed over.</summary>
[TestFixture]
public sealed class LeaderTermTests
{
    private static readonly ConsensusRules TermsOfTwo = new() { TermLength = 2, BlacklistBlocks = 256 };
    private static readonly ValidatorSet Four = MachineHarness.SetOf(4, TermsOfTwo);

    [Test]
    public void Leaders_take_turns_every_term_of_a_view()
    {
        int?[] leaders = [.. Enumerable.Range(1, 10).Select(slot => LeaderHistory.Empty.LeaderOf(default, 0, slot, 0, Four))];
        Assert.That(leaders, Is.EqualTo(new int?[] { 0, 0, 1, 1, 2, 2, 3, 3, 0, 0 }));
    }

    [Test]
    public void Terms_of_a_view_count_from_where_it_began()
    {
        int?[] leaders = [.. Enumerable.Range(6, 5).Select(slot => LeaderHistory.Empty.LeaderOf(new ViewNumber(6), 5, slot, 5, Four))];
        Assert.That(leaders, Is.EqualTo(new int?[] { 2, 2, 3, 3, 0 }));
    }

    [Test]
    public void Without_terms_the_opener_of_the_view_leads_all_slots() =>
        Assert.That(LeaderHistory.Empty.LeaderOf(new ViewNumber(7), 0, 1_000_000, 0, MachineHarness.SetOf(4)), Is.EqualTo(3));

    [Test]
    public void Leader_of_a_term_too_far_ahead_of_delivery_is_not_known() =>
        Assert.That(LeaderHistory.Empty.LeaderOf(default, 0, LeaderHistory.Lag + 5, 1, Four), Is.Null);

    [Test]
    public void Cut_of_a_higher_view_blames_the_leader_before_and_the_openers_in_between()
    {
        LeaderHistory history = Deliver(LeaderHistory.Empty, 1, view: 0, proposer: 0);
        history = Deliver(history, 2, view: 3, proposer: 3, start: 1);
        Assert.That(history.Blacklist(2, MachineHarness.SetOf(7)), Is.EquivalentTo(new[] { 1, 2 }), "the last two, for f is 2");
        Assert.That(history.Failures.Select(f => f.Validator), Is.EquivalentTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void Leader_of_the_term_that_stopped_is_blamed_and_not_the_opener_of_its_view()
    {
        LeaderHistory history = Deliver(LeaderHistory.Empty, 2, view: 0, proposer: 0);
        history = Deliver(history, 3, view: 2, proposer: 2, start: 2);
        Assert.That(history.Failures.Select(f => f.Validator), Is.EquivalentTo(new[] { 1 }));
    }

    [Test]
    public void Leader_on_the_blacklist_is_passed_over_in_later_terms_and_views()
    {
        LeaderHistory history = Deliver(Deliver(LeaderHistory.Empty, 1, 0, 0), 2, view: 2, proposer: 2, start: 1);
        Assert.That(history.Blacklist(2, Four), Is.EqualTo(new[] { 1 }));
        Assert.That(history.Order(2, 2, Four), Is.EqualTo(new[] { 2, 3, 0 }));
        Assert.That(history.NextView(new ViewNumber(4), 2, Four).Value, Is.EqualTo(6), "view 5 would be opened by validator 1");
    }

    [Test]
    public void Leader_comes_back_after_its_lane_added_to_enough_blocks()
    {
        LeaderHistory history = Deliver(Deliver(LeaderHistory.Empty, 1, 0, 0), 2, view: 1, proposer: 1, start: 1);
        for (int slot = 3; slot <= 5; slot++)
        {
            Assert.That(history.Blacklist(slot - 1, Four), Is.EqualTo(new[] { 0 }));
            history = Deliver(history, slot, view: 1, proposer: 1, start: 1, advanced: 0);
        }

        Assert.That(history.Blacklist(5, Four), Is.Empty);
        Assert.That(history.Blacklist(4, Four), Is.EqualTo(new[] { 0 }), "what was true at a height stays so");
    }

    [Test]
    public void Leader_comes_back_after_the_time_of_the_blacklist()
    {
        LeaderHistory history = Deliver(Deliver(LeaderHistory.Empty, 1, 0, 0), 2, view: 2, proposer: 2, start: 1);
        Assert.That(history.Blacklist(257, Four), Is.EqualTo(new[] { 1 }));
        Assert.That(history.Blacklist(258, Four), Is.Empty);
    }

    [Test]
    public void History_is_read_back_as_written()
    {
        LeaderHistory history = Deliver(Deliver(LeaderHistory.Empty, 1, 0, 0), 2, view: 3, proposer: 3, start: 1, advanced: 2);
        Assert.That(Canonical.Decode<LeaderHistory>(Canonical.Encode(history)), Is.EqualTo(history));
    }

    /// <summary>Validators that have delivered different blocks name the same leader, or one of them cannot know yet.</summary>
    [Test]
    public void Leader_is_the_same_for_validators_at_different_heights() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4]).Array[1, 300].Sample(blocks =>
        {
            List<LeaderHistory> after = [LeaderHistory.Empty];
            long view = 0;
            long start = 0;
            for (int i = 0; i < blocks.Length; i++)
            {
                (int jump, int lane) = blocks[i];
                if (jump is 8 or 9)
                {
                    view += jump - 7;
                    start = i;
                }

                after.Add(Deliver(after[^1], i + 1, view, (int)(view % 4), start, lane));
            }

            long slot = blocks.Length + 1;
            int?[] leaders = [.. after.Select((h, height) => h.LeaderOf(new ViewNumber(view), start, slot, height, Four))];
            return leaders.OfType<int>().Distinct().Count() == 1 && leaders.TakeLast(LeaderHistory.Lag).All(l => l is not null);
        });

    [Test]
    public void Proposal_of_the_next_terms_leader_is_kept_until_its_turn_is_known_and_then_voted_for()
    {
        var harness = new MachineHarness(index: 3, rules: TermsOfTwo);
        Cut first = harness.ProposeBatch(1);
        Cut second = harness.ProposeBatch(2);
        Batch batch = MachineHarness.BatchOf(1, 1);
        harness.Receive(new BatchMessage(batch));
        Cut third = MachineHarness.CutOf(3, 1, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(third));
        Digest[] prepared = [.. MachineHarness.Sent(harness.Effects).OfType<Vote>().Select(v => v.Value)];
        Assert.That(prepared, Is.EqualTo(new[] { first.Digest, second.Digest, third.Digest }));
    }

    [Test]
    public void Proposal_of_a_validator_out_of_turn_is_ignored_and_blames_nobody()
    {
        var harness = new MachineHarness(index: 3, rules: TermsOfTwo);
        Batch batch = MachineHarness.BatchOf(1, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 1, batch.Header.Reference)));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
    }

    [Test]
    public void Next_leader_proposes_when_the_last_slot_of_the_term_before_is_proposed()
    {
        var harness = new MachineHarness(index: 1, rules: TermsOfTwo);
        harness.ProposeBatch(1);
        Batch batch = MachineHarness.BatchOf(3, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        harness.Pass(10);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<PrePrepare>(), Is.Empty, "slot 2 is still the first leader's");

        harness.ProposeBatch(2);
        harness.Pass(10);
        PrePrepare own = MachineHarness.Sent(harness.Effects).OfType<PrePrepare>().First();
        Assert.That((own.Cut.Slot.Value, own.Cut.Proposer, own.View.Value), Is.EqualTo((3L, 1, 0L)));
    }

    [Test]
    public void Restarted_validator_gives_the_view_up_when_its_turn_comes_and_not_before()
    {
        var before = new MachineHarness(index: 1, rules: TermsOfTwo);
        var after = new MachineHarness(index: 1, rules: TermsOfTwo, log: new LogContents(before.Records, null));
        after.ProposeBatch(1);
        Assert.That(after.Machine.State.View.Value, Is.Zero);
        after.ProposeBatch(2);
        Assert.That(after.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(MachineHarness.Sent(after.Effects).OfType<PrePrepare>(), Is.Empty);
    }

    [Test]
    public void Validators_that_want_different_views_still_count_together_for_the_timer()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        harness.Pass(1_000);
        harness.Receive(new ViewChange(0, new ViewNumber(1), null, [], 2, default));
        harness.Receive(new ViewChange(0, new ViewNumber(2), null, [], 3, default));
        harness.Pass(2_000);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(2));
    }

    [TestCase(-1)]
    [TestCase(10_001)]
    public void Term_out_of_range_is_refused(int length) =>
        Assert.That(() => new ConsensusRules { TermLength = length }, Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase(-1)]
    [TestCase(255)]
    [TestCase(65_537)]
    public void Blacklist_out_of_range_is_refused(int blocks) =>
        Assert.That(() => new ConsensusRules { BlacklistBlocks = blocks }, Throws.TypeOf<ArgumentOutOfRangeException>());

    private static LeaderHistory Deliver(
        LeaderHistory history, long slot, long view, int proposer, long start = 0, params int[] advanced)
    {
        Cut cut = MachineHarness.CutIn(view, start, slot, proposer, MachineHarness.BatchOf(2, 1).Header.Reference);
        return history.After(slot, cut, advanced, Four);
    }
}
