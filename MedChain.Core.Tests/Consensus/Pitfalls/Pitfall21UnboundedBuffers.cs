using CsCheck;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 21: buffers without bounds. Whatever well-signed messages come, every buffer of the machine keeps its bound.</summary>
[TestFixture]
public sealed class Pitfall21UnboundedBuffers
{
    private static readonly CbftLimits Limits = new() { MaxLaneBatches = 8, Window = 2 };

    private static readonly Gen<ConsensusMessage> Messages = Gen.Select(
        Gen.Int[0, 6], Gen.Int[0, 3], Gen.Long[0, 40], Gen.Byte, Gen.Long[0, 3], (kind, who, place, content, view) => Message(
            kind, who, place, content, view));

    [Test]
    public void Flood_of_valid_messages_leaves_every_buffer_within_its_bounds() =>
        Messages.Array[200, 400].Sample(
            messages =>
            {
                var harness = new MachineHarness(limits: Limits);
                foreach (ConsensusMessage message in messages)
                {
                    harness.Receive(message);
                }

                Assert.That(harness.Machine.MeasureBuffers(), Has.All.Property(nameof(BufferSize.IsWithinBounds)).True);
            },
            iter: 50);

    [Test]
    public void Batches_that_never_were_are_forgotten_so_that_others_can_be_fetched()
    {
        var harness = new MachineHarness(limits: new CbftLimits { Window = 64, ResendInterval = TimeSpan.FromMilliseconds(100) });
        for (long slot = 1; slot <= 128; slot++)
        {
            harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(slot, 0, [.. Lies(slot)])));
        }

        Assert.That(Wanted(harness), Is.EqualTo(Fetching.MaxWanted), "The faulty leader has filled the table.");
        harness.Receive(new NewView(
            0,
            new ViewNumber(4),
            [.. Enumerable.Range(0, 3).Select(i => new ViewChange(0, new ViewNumber(4), null, [], i, default))],
            default));
        harness.Pass(250);

        Assert.That(Wanted(harness), Is.Zero);
    }

    [Test]
    public void Proposal_for_a_view_far_ahead_does_not_displace_that_of_the_next_view()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        Cut next = MachineHarness.CutIn(2, 0, 1, 2, batch.Header.Reference);
        harness.Receive(MachineHarness.Propose(next, view: 2));
        harness.Receive(MachineHarness.Propose(MachineHarness.CutIn(1_002, 0, 1, 2, batch.Header.Reference), view: 1_002));
        harness.Receive(new NewView(
            0,
            new ViewNumber(2),
            [.. Enumerable.Range(0, 3).Select(i => new ViewChange(0, new ViewNumber(2), null, [], i, default))],
            default));

        Assert.That(
            MachineHarness.Sent(harness.Effects).OfType<Vote>().Select(v => v.Value), Is.EqualTo([next.Digest]));
    }

    private static long Wanted(MachineHarness harness) =>
        harness.Machine.MeasureBuffers().Single(b => b.Name == "machine.wanted").Count;

    private static IEnumerable<BatchReference> Lies(long slot) => Enumerable.Range(0, 4)
        .Select(lane => new BatchReference(lane, 1, slot, Digest.Of([(byte)lane, (byte)slot, 77])));

    private static ConsensusMessage Message(int kind, int who, long place, byte content, long view)
    {
        Digest value = Digest.Of([content]);
        return kind switch
        {
            0 => new BatchMessage(MachineHarness.BatchOf(who, place + 1, value, content, incarnation: view + 1)),
            1 => new FixAck(0, new BatchReference(who, view, place, value), who, default),
            2 => MachineHarness.Propose(
                MachineHarness.CutOf(place + 1, (int)(view % 4), new BatchReference(who, view + 1, place + 1, value)), view),
            3 => MachineHarness.VoteOf(VotePhase.Prepare, who, place + 1, value, view),
            4 => MachineHarness.VoteOf(VotePhase.Commit, who, place + 1, value, view),
            5 => new SealVote(0, new BlockHeight(place + 1), value, who, default),
            _ => new ViewChange(0, new ViewNumber(view + 1), null, [], who, default),
        };
    }
}
