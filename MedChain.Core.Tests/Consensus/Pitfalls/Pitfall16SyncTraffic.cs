using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 16: state transfer that starves consensus.</summary>
[TestFixture]
public sealed class Pitfall16SyncTraffic
{
    private const int Asker = 3;
    private const int Other = 0;

    [Test]
    public void Peer_that_asks_without_end_is_answered_up_to_its_budget_and_costs_the_others_nothing()
    {
        var harness = new MachineHarness();
        Batch large = LargeBatch();
        harness.Receive(new BatchMessage(large));
        for (int i = 0; i < 200; i++)
        {
            harness.Step(new Input.MessageReceived(Asker, new FetchBatches(0, [large.Header.Reference])));
        }

        long spent = AnswersTo(harness, Asker).Sum(s => (long)s.Message.Length);
        Assert.That(spent, Is.GreaterThan(16 * 1024 * 1024).And.LessThan(33 * 1024 * 1024));
        harness.Step(new Input.MessageReceived(Other, new FetchBatches(0, [large.Header.Reference])));
        Assert.That(AnswersTo(harness, Other).Count(), Is.EqualTo(1), "every peer has a budget of its own");

        int before = AnswersTo(harness, Asker).Count();
        harness.Pass(harness.Settings.ResendInterval);
        harness.Step(new Input.MessageReceived(Asker, new FetchBatches(0, [large.Header.Reference])));
        Assert.That(AnswersTo(harness, Asker).Count(), Is.EqualTo(before + 1), "the next interval has a new one");
    }

    [Test]
    public void Validator_that_is_behind_asks_one_peer_for_one_window_at_a_time()
    {
        var harness = new MachineHarness();
        foreach (int peer in (int[])[0, 2, 3])
        {
            var far = new Status(0, default, true, new BlockHeight(1_000), default, new BlockHeight(1), default);
            harness.Step(new Input.MessageReceived(peer, far));
        }

        Effect.Send ask = harness.Effects.OfType<Effect.Send>().Single(s => MachineHarness.Decode(s) is FetchBlocks);
        Assert.That(((FetchBlocks)MachineHarness.Decode(ask)).Count, Is.EqualTo(harness.Settings.Window));
        harness.Pass(harness.Settings.ResendInterval + 1);
        Assert.That(
            harness.Effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is FetchBlocks).Select(s => s.To).Distinct().Count(),
            Is.EqualTo(2),
            "who does not answer is followed by the next");
    }

    private static IEnumerable<Effect.Send> AnswersTo(MachineHarness harness, int peer) =>
        harness.Effects.OfType<Effect.Send>().Where(s => s.To == peer && MachineHarness.Decode(s) is BatchesData);

    private static Batch LargeBatch()
    {
        ReadOnlyMemory<byte> payload = Batch.EncodePayload([new byte[500 * 1024]]);
        var header = new BatchHeader(MachineHarness.Chain, 0, 2, 1, 1, default, 1, payload.Length, Digest.Of(payload.Span));
        return Batch.Create(header, default, payload);
    }
}
