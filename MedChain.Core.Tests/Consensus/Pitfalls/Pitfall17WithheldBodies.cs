using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 17: a lane that shows its batches to some validators only. Votes wait for the body, and the timer that watches the
/// leader includes the fetch.</summary>
[TestFixture]
public sealed class Pitfall17WithheldBodies
{
    [Test]
    public void Proposal_whose_body_is_missing_is_voted_for_when_the_body_has_come()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut));
        List<ConsensusMessage> sent = MachineHarness.Sent(harness.News);
        Assert.That(sent.OfType<Vote>(), Is.Empty);
        Assert.That(sent.OfType<FetchBatches>().Single().References.Single(), Is.EqualTo(batch.Header.Reference));

        harness.Receive(new BatchesData(0, [new FetchedBatch(batch, new FixCertificate(0, batch.Header.Reference, []))]));

        Assert.That(MachineHarness.Sent(harness.News).OfType<Vote>().Single().Value, Is.EqualTo(cut.Digest));
    }

    [Test]
    public void Leader_that_names_a_batch_nobody_has_loses_its_view()
    {
        var harness = new MachineHarness();
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(2, 1).Header.Reference)));
        harness.Pass(999);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
        harness.Pass(1);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [Test]
    public void Certified_batch_that_nobody_has_any_more_blames_no_leader()
    {
        var harness = new MachineHarness();
        harness.Receive(new FixCertificate(0, MachineHarness.BatchOf(2, 1).Header.Reference, []));
        harness.Pass(60_000);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<FetchBatches>(), Is.Not.Empty, "but it asks for it");
    }

    /// <summary>A decision does not wait for the body, for a quorum holds it durably; the block does.</summary>
    [Test]
    public void Slot_that_others_decided_is_executed_when_its_body_has_come()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        Cut cut = MachineHarness.CutOf(1, 0, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut));
        harness.Decide(1, cut.Digest);
        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
        Assert.That(harness.Effects.OfType<Effect.Execute>(), Is.Empty);

        harness.Receive(new BatchesData(0, [new FetchedBatch(batch, null)]));

        Assert.That(harness.Effects.OfType<Effect.Execute>().Count(), Is.EqualTo(1));
    }
}
