using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 3: the order of a dictionary, or of arrival, in what is hashed or signed.</summary>
[TestFixture]
public sealed class Pitfall03OrderInHashes
{
    private static readonly Batch[] Batches = [.. Enumerable.Range(0, 4).Select(lane => MachineHarness.BatchOf(lane, 1))];

    /// <summary>Batches and votes come in any order; the header is the same.</summary>
    [Test]
    public void Header_does_not_depend_on_the_order_in_which_messages_came()
    {
        Cut cut = MachineHarness.CutOf(1, 0, [.. Batches.Select(b => b.Header.Reference)]);
        ConsensusMessage[] messages =
        [
            .. Batches.Where(b => b.Header.Lane != 1).Select(b => new BatchMessage(b)),
            MachineHarness.Propose(cut),
            .. new[] { 0, 2, 3 }.Select(v => MachineHarness.VoteOf(VotePhase.Prepare, v, 1, cut.Digest)),
            .. new[] { 0, 2, 3 }.Select(v => MachineHarness.VoteOf(VotePhase.Commit, v, 1, cut.Digest)),
        ];
        BlockHeader expected = HeaderAfter(messages);
        Gen.Shuffle(messages).Sample(shuffled => HeaderAfter(shuffled) == expected, iter: 200);
    }

    [Test]
    public void Tips_out_of_order_are_refused()
    {
        var message = (PrePrepare)MessageSamples.All["pre-prepare"];
        ReadOnlyMemory<byte> bytes = Envelope.Encode(message with { Cut = message.Cut with { Tips = [.. message.Cut.Tips.Reverse()] } });
        Assert.That(Envelope.TryDecode(bytes, out _, out _), Is.False);
    }

    private static BlockHeader HeaderAfter(IEnumerable<ConsensusMessage> messages)
    {
        var harness = new MachineHarness();
        harness.Receive(new BatchMessage(Batches[1]));
        foreach (ConsensusMessage message in messages)
        {
            harness.Receive(message);
        }

        harness.Step(new Input.BlockExecuted(new BlockHeight(1), default, default, default));
        harness.PersistAll();
        return harness.Effects.OfType<Effect.StoreBlock>().Single().Header;
    }
}
