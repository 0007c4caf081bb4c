using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A quorum checks each batch's transactions, and the others rely on its certificate.</summary>
[TestFixture]
public sealed class VouchedVerificationTests
{
    private static readonly Batch First = MachineHarness.BatchOf(3, 1);

    [Test]
    public void Quorum_with_the_owner_is_assigned_to_each_batch_and_everybody_has_turns([Range(1, 13)] int count)
    {
        ValidatorSet set = MachineHarness.SetOf(count);
        for (int lane = 0; lane < count; lane++)
        {
            int[] turns = new int[count];
            for (long height = 1; height < count; height++)
            {
                BatchHeader header = MachineHarness.BatchOf(lane, height).Header;
                int[] assigned = [.. Enumerable.Range(0, count).Where(i => VouchedBatches.IsAssigned(set, header, i, from: 1))];
                Assert.That(assigned, Has.Length.EqualTo(set.Quorum).And.Contains(lane));
                Array.ForEach(assigned, i => turns[i]++);
            }

            Assert.That(turns.Where((_, i) => i != lane).Distinct().Count(), Is.LessThanOrEqualTo(1), "equal shares");
        }
    }

    [Test]
    public void Small_batch_is_checked_by_all() => Assert.That(
        Enumerable.Range(0, 4).All(i => VouchedBatches.IsAssigned(MachineHarness.SetOf(4), First.Header, i, from: 2)));

    [Test]
    public void Batch_that_was_not_checked_is_not_acknowledged_until_it_is()
    {
        var harness = new MachineHarness(vouchedFrom: 1);
        harness.Receive(new BatchMessage(First), valid: false);
        Assert.That(Acks(harness), Is.Empty);
        harness.Step(new Input.BatchChecked(First));
        Assert.That(Acks(harness).First().Reference, Is.EqualTo(First.Header.Reference));
    }

    [Test]
    public void Certificate_stands_for_the_own_check_and_the_lane_goes_on()
    {
        var harness = new MachineHarness(vouchedFrom: 1);
        harness.Receive(new BatchMessage(First), valid: false);
        Cut cut = MachineHarness.CutOf(1, 0, First.Header.Reference);
        harness.Receive(MachineHarness.Propose(cut));
        List<ConsensusMessage> before = MachineHarness.Sent(harness.News);
        Assert.That(before.OfType<Vote>(), Is.Empty);
        Assert.That(before.OfType<FetchBatches>(), Is.Empty, "the body is here, and the certificate is on its way");

        harness.Receive(new FixCertificate(0, First.Header.Reference, []));
        Assert.That(MachineHarness.Sent(harness.News).OfType<Vote>().Single().Value, Is.EqualTo(cut.Digest));
        Assert.That(Acks(harness), Is.Empty, "nobody acknowledges what he did not check");
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(3, 2, First.Header.Digest)));
        Assert.That(Acks(harness).Select(a => a.Reference.Height), Is.EqualTo([2L, 2L]), "to owner and leader");
    }

    [Test]
    public void Owner_shows_the_certificate_at_once_to_those_who_are_not_assigned()
    {
        var owner = new MachineHarness(vouchedFrom: 1);
        owner.Step(new Input.TransactionsSubmitted([new byte[] { 1 }]));
        Batch batch = MachineHarness.Sent(owner.News).OfType<BatchMessage>().Single().Batch;
        int[] others = [.. new[] { 0, 2, 3 }.Where(i => VouchedBatches.IsAssigned(MachineHarness.SetOf(4), batch.Header, i, from: 1))];
        Array.ForEach(others, i => owner.Receive(new FixAck(0, batch.Header.Reference, i, default)));
        Effect.Send shown = owner.News.OfType<Effect.Send>().Single(s => MachineHarness.Decode(s) is FixCertificate);
        Assert.That(others, Does.Not.Contain(shown.To));
    }

    [Test]
    public async Task Transactions_are_checked_by_fewer_than_all_and_delivered_to_all()
    {
        const int Count = 200;
        await using var cluster = new EngineCluster(4, new CbftLimits
        {
            SlotTimeout = TimeSpan.FromMinutes(2),
            MaxSlotTimeout = TimeSpan.FromMinutes(2),
        });
        cluster.VouchedVerification = true;
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(1, from: 0, count: Count);
        await cluster.WaitForTransactionsAsync(Count, 0, 1, 2, 3);
        Assert.That(cluster.Machines.Sum(m => m.Checks), Is.LessThan(4 * Count));
    }

    [Test]
    public async Task Owner_that_lets_bad_transactions_pass_gets_none_ordered_and_holds_up_nobody()
    {
        await using var cluster = new EngineCluster(4);
        cluster.VouchedVerification = true;
        cluster.Machines[2].AcceptsAll = true;
        await cluster.StartAllAsync();
        for (int i = 0; i < 40; i++)
        {
            Assert.That(
                await cluster.Engines[2]!.SubmitAsync(new byte[] { 0xff, (byte)i }), Is.TypeOf<SubmitResult.Accepted>());
        }

        for (int i = 0; i < 20; i++)
        {
            await cluster.SubmitAsync(i % 2, from: 10 * i, count: 10);
            await cluster.WaitForTransactionsAsync(10 * (i + 1), 0, 1, 3);
        }

        Assert.That(cluster.Machines[0].Executed.Any(t => t.Span[0] == 0xff), Is.False);
    }

    private static List<FixAck> Acks(MachineHarness harness) => [.. MachineHarness.Sent(harness.News).OfType<FixAck>()];
}
