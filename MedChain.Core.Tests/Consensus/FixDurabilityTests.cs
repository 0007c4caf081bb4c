using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Batches that are durable before they are acknowledged.</summary>
[TestFixture]
public sealed class FixDurabilityTests
{
    private static readonly Batch Batch = MachineHarness.BatchOf(2, 1);

    [Test]
    public void Acknowledgement_leaves_after_the_batch_and_itself_are_durable()
    {
        var harness = new MachineHarness(strictFix: true);
        harness.Receive(new BatchMessage(Batch));
        Effect.Persist[] records = [.. harness.Effects.OfType<Effect.Persist>()];
        Assert.That(
            records.Select(r => (RecordKind)r.Record.Kind), Is.EqualTo([RecordKind.Incarnation, RecordKind.Batch, RecordKind.Ack]));
        Assert.That(AcksOf(harness.Effects).Select(a => a.After), Is.All.EqualTo(records[^1].Ticket));
    }

    [Test]
    public void Own_acknowledgement_counts_when_it_is_durable()
    {
        var leader = new MachineHarness(index: 0, strictFix: true);
        leader.Receive(new BatchMessage(Batch));
        leader.Receive(new FixAck(0, Batch.Header.Reference, 1, default));
        leader.Receive(new FixAck(0, Batch.Header.Reference, 2, default));
        Assert.That(MachineHarness.Sent(leader.Effects).OfType<PrePrepare>(), Is.Empty);
        leader.PersistAll();
        Assert.That(MachineHarness.Sent(leader.Effects).OfType<PrePrepare>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Restarted_validator_acknowledges_the_same_batch_again_and_no_other_at_its_place()
    {
        var before = new MachineHarness(strictFix: true);
        before.Receive(new BatchMessage(Batch));
        var after = new MachineHarness(strictFix: true, log: new LogContents(before.Records, null));
        Assert.That(AcksOf(after.News).Select(a => a.To), Is.EquivalentTo([0, 2]), "owner and leader may have forgotten it");

        after.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1, content: 1)));
        Assert.That(AcksOf(after.News), Is.Empty);
        after.Receive(new BatchMessage(MachineHarness.BatchOf(2, 2, Batch.Header.Digest)));
        Assert.That(
            AcksOf(after.News).Select(a => ((FixAck)MachineHarness.Decode(a)).Reference.Height), Is.All.EqualTo(2), "it goes on above");
    }

    [Test]
    public void Own_batch_leaves_when_it_is_durable_and_a_restarted_owner_goes_on_after_it()
    {
        var before = new MachineHarness(index: 2, strictFix: true);
        before.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        Effect.Send sent = BatchesOf(before.Effects).Single();
        Assert.That(sent.After, Is.GreaterThanOrEqualTo(TicketOf(before, RecordKind.Batch)));

        var after = new MachineHarness(index: 2, strictFix: true, log: new LogContents(before.Records, null));
        Batch first = ((BatchMessage)MachineHarness.Decode(sent)).Batch;
        Assert.That(after.Machine.OwnTip, Is.EqualTo(first.Header.Reference));
        after.Pass(5_000);
        Assert.That(BatchesOf(after.Effects).Select(s => s.Message.ToArray()), Is.All.EqualTo(sent.Message.ToArray()), "sent again");
        after.Step(new Input.TransactionsSubmitted([new byte[] { 2 }]));
        after.Pass(10);
        Assert.That(
            after.Machine.OwnTip, Has.Property("Incarnation").EqualTo(first.Header.Incarnation).And.Property("Height").EqualTo(2));
    }

    [Test]
    public void Batch_that_was_logged_and_not_acknowledged_is_the_owners_last_all_the_same()
    {
        var before = new MachineHarness(index: 2, strictFix: true);
        before.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        IEnumerable<LogRecord> cut = before.Records.TakeWhile(r => (RecordKind)r.Kind != RecordKind.Ack);
        var after = new MachineHarness(index: 2, strictFix: true, log: new LogContents([.. cut], null));
        Assert.That(after.Machine.OwnTip, Is.EqualTo(before.Machine.OwnTip));
    }

    [Test]
    public void Life_after_one_whose_batches_were_not_durable_opens_a_new_incarnation()
    {
        var before = new MachineHarness(index: 2);
        before.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        var after = new MachineHarness(index: 2, strictFix: true, log: new LogContents(before.Records, null));
        Assert.That(after.Machine.OwnTip.Incarnation, Is.EqualTo(before.Machine.OwnTip.Incarnation + 1));
    }

    /// <summary>No proposal gets out, so nothing is voted on when all validators crash.</summary>
    [Test]
    public async Task What_a_quorum_acknowledged_is_ordered_after_all_validators_have_crashed()
    {
        await using var cluster = new EngineCluster(4, new CbftLimits
        {
            SlotTimeout = TimeSpan.FromSeconds(30),
            ResendInterval = TimeSpan.FromMilliseconds(50),
        });
        cluster.FixDurability = FixDurability.Strict;
        int acknowledgements = 0;
        cluster.Mute = message =>
        {
            MessageKind kind = Envelope.PeekKind(message.Span);
            Interlocked.Add(ref acknowledgements, kind == MessageKind.FixAck ? 1 : 0);
            return kind == MessageKind.PrePrepare;
        };
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(2, 1, 1);
        await cluster.WaitAsync(() => Volatile.Read(ref acknowledgements) >= 6, "Acknowledgements of all to owner and leader");
        for (int i = 0; i < 4; i++)
        {
            await cluster.StopAsync(i);
        }

        Assert.That(cluster.Machines[0].ExecutedCount, Is.Zero);
        cluster.Mute = _ => false;
        await cluster.StartAllAsync();
        await cluster.WaitForTransactionsAsync(1, 0, 1, 2, 3);
    }

    private static List<Effect.Send> AcksOf(IEnumerable<Effect> effects) =>
        [.. effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is FixAck)];

    private static List<Effect.Send> BatchesOf(IEnumerable<Effect> effects) =>
        [.. effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is BatchMessage)];

    private static long TicketOf(MachineHarness harness, RecordKind kind) =>
        harness.Effects.OfType<Effect.Persist>().First(p => (RecordKind)p.Record.Kind == kind).Ticket;
}
