using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Lanes: batches, acknowledgements and certificates of one validator.</summary>
[TestFixture]
public sealed class FrontPhaseTests
{
    [Test]
    public void Batch_is_acknowledged_to_its_owner_and_to_the_leader()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Effect.Send[] acks = [.. harness.Effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is FixAck)];
        Assert.That(acks.Select(a => a.To), Is.EqualTo(new[] { 2, 0 }));
    }

    [Test]
    public void Second_batch_for_one_place_is_refused_and_reported()
    {
        var harness = new MachineHarness();
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1, content: 1)));
        _ = harness.News;

        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1, content: 2)));

        List<Effect> news = harness.News;
        Assert.That(news.OfType<Effect.Report>().Single().Evidence.Validator, Is.EqualTo(2));
        Assert.That(MachineHarness.Sent(news), Is.Empty);
    }

    [Test]
    public void Second_batch_for_one_place_is_reported_also_when_it_was_fetched()
    {
        var harness = new MachineHarness();
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1, content: 1)));
        Batch other = MachineHarness.BatchOf(2, 1, content: 2);
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, other.Header.Reference)));
        harness.Receive(new BatchesData(0, [new FetchedBatch(other, new FixCertificate(0, other.Header.Reference, []))]));
        Assert.That(harness.Effects.OfType<Effect.Report>().Single().Evidence.Validator, Is.EqualTo(2));
    }

    /// <summary>A leader that leaves a lane out moves the chain on; the others can end its view only if they hear of the tip.</summary>
    [Test]
    public void Owner_announces_a_certified_tip_that_no_block_covers_although_the_chain_moves_on()
    {
        var harness = new MachineHarness();
        harness.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        foreach (int validator in (int[])[2, 3])
        {
            harness.Receive(new FixAck(0, harness.Machine.OwnTip, validator, default));
        }

        for (long slot = 1; slot <= 4; slot++)
        {
            harness.Decide(slot, harness.ProposeBatch(slot).Digest);
            harness.Pass(harness.Settings.ResendInterval);
        }

        Assert.That(
            MachineHarness.Sent(harness.Effects).OfType<FixCertificate>().Select(c => c.Reference),
            Is.Not.Empty.And.All.EqualTo(harness.Machine.OwnTip));
    }

    [Test]
    public void Repeated_batch_gets_the_same_acknowledgement_again()
    {
        var harness = new MachineHarness();
        var message = new BatchMessage(MachineHarness.BatchOf(2, 1));
        harness.Receive(message);
        List<ConsensusMessage> first = MachineHarness.Sent(harness.News);
        harness.Receive(message);
        Assert.That(MachineHarness.Sent(harness.News), Is.EqualTo(first.Where(m => m is FixAck)));
    }

    [Test]
    public void Batch_whose_transactions_fail_the_check_is_not_acknowledged()
    {
        var harness = new MachineHarness();
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1)), valid: false);
        Assert.That(MachineHarness.Sent(harness.Effects), Is.Empty);
    }

    [Test]
    public void Lane_full_of_batches_that_their_owner_has_forgotten_takes_those_of_its_next_life()
    {
        var harness = new MachineHarness(limits: new CbftLimits { MaxLaneBatches = 4 });
        Digest parent = default;
        for (long height = 1; height <= 12; height++)
        {
            Batch old = MachineHarness.BatchOf(2, height, parent);
            harness.Receive(new BatchMessage(old));
            parent = old.Header.Digest;
        }

        _ = harness.News;
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1, incarnation: 2)));

        Assert.That(MachineHarness.Sent(harness.News).OfType<FixAck>().First().Reference.Incarnation, Is.EqualTo(2));
    }

    [Test]
    public void Batch_before_its_parent_is_acknowledged_when_the_parent_has_come()
    {
        var harness = new MachineHarness();
        Batch parent = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 2, parent.Header.Digest)));
        Assert.That(MachineHarness.Sent(harness.Effects), Is.Empty);

        harness.Receive(new BatchMessage(parent));

        Assert.That(
            MachineHarness.Sent(harness.Effects).OfType<FixAck>().Select(a => a.Reference.Height), Is.EqualTo(new long[] { 1, 1, 2, 2 }));
    }

    [Test]
    public void Lane_too_far_ahead_of_delivery_is_not_acknowledged()
    {
        var harness = new MachineHarness(limits: new CbftLimits { MaxLaneBatches = 4 });
        Digest parent = default;
        for (int height = 1; height <= 6; height++)
        {
            Batch batch = MachineHarness.BatchOf(2, height, parent);
            parent = batch.Header.Digest;
            harness.Receive(new BatchMessage(batch));
        }

        Assert.That(MachineHarness.Sent(harness.Effects).OfType<FixAck>().Max(a => a.Reference.Height), Is.EqualTo(4));
    }

    [Test]
    public void Leader_proposes_a_tip_that_a_quorum_acknowledged_and_no_fewer()
    {
        var harness = new MachineHarness(index: 0);
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixAck(0, batch.Header.Reference, 1, default));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<PrePrepare>(), Is.Empty);

        harness.Receive(new FixAck(0, batch.Header.Reference, 2, default));

        PrePrepare proposal = MachineHarness.Sent(harness.Effects).OfType<PrePrepare>().Single();
        Assert.That(proposal.Cut.Tips.Single(), Is.EqualTo(batch.Header.Reference));
    }

    [Test]
    public void Leader_makes_no_empty_cuts()
    {
        var harness = new MachineHarness(index: 0);
        harness.Pass(5_000);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<PrePrepare>(), Is.Empty);
    }

    [Test]
    public void First_transaction_of_an_idle_lane_becomes_a_batch_at_once_and_later_ones_wait_for_company()
    {
        var harness = new MachineHarness();
        harness.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        Assert.That(MachineHarness.Sent(harness.News).OfType<BatchMessage>().Count(), Is.EqualTo(1));

        harness.Step(new Input.TransactionsSubmitted([new byte[] { 2 }]));
        harness.Step(new Input.TransactionsSubmitted([new byte[] { 3 }]));
        Assert.That(MachineHarness.Sent(harness.News), Is.Empty);
        harness.Pass(harness.Settings.BatchDelay);

        Assert.That(MachineHarness.Sent(harness.News).OfType<BatchMessage>().Single().Batch.Transactions, Has.Count.EqualTo(2));
    }

    [Test]
    public void Owner_stops_at_the_limit_of_uncertified_batches()
    {
        var harness = new MachineHarness();
        for (byte i = 0; i < 20; i++)
        {
            harness.Step(new Input.TransactionsSubmitted([new[] { i }]));
            harness.Pass(5);
        }

        Assert.That(
            MachineHarness.Sent(harness.Effects).OfType<BatchMessage>().Max(b => b.Batch.Header.Height),
            Is.EqualTo(harness.Settings.Limits.MaxUnfixedBatches));
    }

    [Test]
    public void Restarted_owner_opens_a_new_incarnation_and_waits_until_it_is_durable()
    {
        var before = new MachineHarness();
        before.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        var after = new MachineHarness(log: new LogContents(before.Records, null));
        after.Step(new Input.TransactionsSubmitted([new byte[] { 2 }]));

        Effect.Send send = after.Effects.OfType<Effect.Send>().Single(s => MachineHarness.Decode(s) is BatchMessage);
        Effect.Persist incarnation =
            after.Effects.OfType<Effect.Persist>().Single(p => p.Record.Kind == (byte)RecordKind.Incarnation);
        Assert.That(((BatchMessage)MachineHarness.Decode(send)).Batch.Header.Incarnation, Is.EqualTo(2));
        Assert.That(send.After, Is.EqualTo(incarnation.Ticket));
    }
}
