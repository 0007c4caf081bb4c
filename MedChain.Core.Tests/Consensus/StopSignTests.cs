using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The end of an epoch: a block chooses the next validators, and no slot more than 64 above it belongs to the epoch.</summary>
[TestFixture]
public sealed class StopSignTests
{
    private const long Last = 1 + ChosenValidators.Distance;
    private static readonly CbftLimits Widest = new() { Window = 64 };
    private static readonly ChosenValidators Choice = new(new BlockHeight(1), MachineHarness.SetOf(5));

    [Test]
    public void Nobody_votes_for_a_slot_before_it_has_stored_the_block_64_below()
    {
        var harness = new MachineHarness(limits: Widest);
        Cut first = harness.ProposeBatch(1);
        harness.Receive(Propose(Last));
        Assert.That(VotesFor(harness, Last), Is.Empty, "block 1 could end the epoch at slot 65, or name other validators for it");

        harness.Decide(1, first.Digest);
        Execute(harness, chosen: null);

        Assert.That(VotesFor(harness, Last), Has.Length.EqualTo(1));
    }

    [Test]
    public void Slot_after_the_last_is_neither_voted_for_nor_decided()
    {
        MachineHarness harness = Chosen();
        Cut last = Propose(Last).Cut;
        Cut beyond = Propose(Last + 1).Cut;
        harness.Receive(MachineHarness.Propose(last));
        harness.Receive(MachineHarness.Propose(beyond));
        harness.Decide(Last, last.Digest);
        harness.Decide(Last + 1, beyond.Digest);

        Assert.That(VotesFor(harness, Last), Is.Not.Empty);
        Assert.That(VotesFor(harness, Last + 1), Is.Empty);
        Assert.That(Decided(harness), Does.Contain(Last).And.Not.Contain(Last + 1));
    }

    [Test]
    public void Slots_after_the_last_are_forgotten_when_the_choice_is_known()
    {
        var harness = new MachineHarness(limits: Widest);
        Cut first = harness.ProposeBatch(1);
        foreach (long slot in (long[])[Last, Last + 1, Last + 60])
        {
            harness.Receive(Propose(slot));
            harness.ReceiveVotes(VotePhase.Prepare, slot, Propose(slot).Cut.Digest, 0, 2, 3);
        }

        long before = OpenSlots(harness);
        harness.Decide(1, first.Digest);
        Execute(harness, Choice);

        Assert.That(before - OpenSlots(harness), Is.EqualTo(2));
    }

    /// <summary>A quorum's certificate beyond the stop sign cannot exist; a machine that is handed one all the same keeps to its
    /// epoch.</summary>
    [Test]
    public void Fetched_block_after_the_last_is_not_taken()
    {
        MachineHarness harness = Chosen();
        Cut beyond = Propose(Last + 1).Cut;
        var commit = new VoteCertificate(VotePhase.Commit, 0, default, beyond.Slot, beyond.Digest, []);
        harness.Receive(new BlocksData(0, [new BlockBody(beyond, commit, [], [], [])]));
        Assert.That(Decided(harness), Does.Not.Contain(Last + 1));
    }

    [Test]
    public void Value_of_a_new_view_after_the_last_slot_is_not_voted_for()
    {
        MachineHarness harness = Chosen();
        Cut beyond = Propose(Last + 1).Cut;
        var prepared = new VoteCertificate(VotePhase.Prepare, 0, default, beyond.Slot, beyond.Digest, []);
        ImmutableArray<ViewChange> changes = [.. new[] { 0, 2, 3 }.Select(v => new ViewChange(
            0, new ViewNumber(1), null, [new ViewChangeEntry(beyond.Slot, prepared, beyond, null)], v, default))];
        harness.Receive(new NewView(0, new ViewNumber(1), changes, default));

        Assert.That(VotesFor(harness, Last), Is.Not.Empty, "NULL below it");
        Assert.That(VotesFor(harness, Last + 1), Is.Empty);
    }

    [Test]
    public void Empty_cut_is_voted_for_only_when_the_epoch_is_to_end()
    {
        var harness = new MachineHarness(limits: Widest);
        Cut first = harness.ProposeBatch(1);
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(2, 0)));
        Assert.That(VotesFor(harness, 2), Is.Empty);
        harness.Decide(1, first.Digest);
        Execute(harness, Choice);
        Assert.That(VotesFor(harness, 2), Is.Not.Empty);
    }

    /// <summary>The only validator of a chain leads it to the end of the epoch without any client, and stops there.</summary>
    [Test]
    public void Leader_fills_the_epoch_up_to_its_last_slot_and_no_further()
    {
        var harness = new MachineHarness(count: 1, index: 0);
        harness.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        for (long height = 1; height <= Last + 5; height++)
        {
            harness.PersistAll();
            harness.Step(new Input.BlockExecuted(new BlockHeight(height), default, default, default, Choice));
            harness.Pass(50);
        }

        Assert.That(harness.Effects.OfType<Effect.Execute>().Max(e => e.Height.Value), Is.EqualTo(Last));
        BlockHeader[] headers = [.. harness.Effects.OfType<Effect.StoreBlock>().Select(s => s.Header)];
        Assert.That(headers.Where(h => h.EndsEpoch).Select(h => h.Height.Value), Is.EqualTo(new[] { Last }));
        Assert.That(headers[^1].NextValidators, Is.EqualTo(Choice.Validators.Hash));
    }

    private static MachineHarness Chosen()
    {
        var harness = new MachineHarness(limits: Widest);
        Cut first = harness.ProposeBatch(1);
        harness.Decide(1, first.Digest);
        Execute(harness, Choice);
        return harness;
    }

    private static void Execute(MachineHarness harness, ChosenValidators? chosen)
    {
        harness.Step(new Input.BlockExecuted(new BlockHeight(1), default, default, default, chosen));
        harness.PersistAll();
    }

    /// <summary>A proposal of what every machine here holds: the first batch of lane 2.</summary>
    private static PrePrepare Propose(long slot) =>
        MachineHarness.Propose(MachineHarness.CutOf(slot, 0, MachineHarness.BatchOf(2, 1).Header.Reference));

    private static Vote[] VotesFor(MachineHarness harness, long slot) =>
        [.. MachineHarness.Sent(harness.Effects).OfType<Vote>().Where(v => v.Slot.Value == slot)];

    private static long[] Decided(MachineHarness harness) =>
        [.. harness.Records.Where(r => r.Kind == (byte)RecordKind.Decided).Select(r => r.Slot.Value)];

    private static long OpenSlots(MachineHarness harness) =>
        harness.Machine.MeasureBuffers().Single(b => b.Name == "machine.slots").Count;
}
