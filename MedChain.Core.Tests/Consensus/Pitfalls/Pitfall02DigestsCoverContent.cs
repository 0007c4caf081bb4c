using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 2: a signed digest that does not cover the content.</summary>
[TestFixture]
public sealed class Pitfall02DigestsCoverContent
{
    [Test]
    public void Digest_of_a_cut_covers_everything_in_it()
    {
        Cut cut = ((PrePrepare)MessageSamples.All["pre-prepare"]).Cut;
        Cut[] others =
        [
            cut with { Chain = default },
            cut with { Epoch = 1 },
            cut with { Slot = new SlotNumber(6) },
            cut with { Proposer = 2 },
            cut with { ProposedAt = cut.ProposedAt + 1 },
            cut with { View = new ViewNumber(1) },
            cut with { Start = 1 },
            cut with { Tips = cut.Tips.RemoveAt(1) },
            cut with { Tips = [cut.Tips[0] with { Height = 299 }, cut.Tips[1]] },
            cut with { Tips = [cut.Tips[0] with { Incarnation = 2 }, cut.Tips[1]] },
            cut with { Tips = [cut.Tips[0] with { Digest = default }, cut.Tips[1]] },
        ];
        Digest[] digests = [cut.Digest, .. others.Select(c => new Cut(
            c.Chain, c.Epoch, c.Slot, c.Proposer, c.ProposedAt, c.Tips, c.View, c.Start).Digest)];
        Assert.That(digests.Distinct().Count(), Is.EqualTo(digests.Length));
    }

    [Test]
    public void Batch_with_another_payload_than_its_header_names_is_no_batch()
    {
        BatchHeader header = MachineHarness.BatchOf(2, 1, content: 1).Header;
        Batch forged = Batch.Create(header, default, Batch.EncodePayload([new byte[] { 2, 1, 9 }]));
        Assert.That(forged.Encoded.Length, Is.EqualTo(MachineHarness.BatchOf(2, 1, content: 1).Encoded.Length));
        Assert.That(Batch.TryDecode(forged.Encoded, out _), Is.False);
    }
}
