using CsCheck;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Which batches a cut adds to a chain.</summary>
[TestFixture]
public sealed class CutExpansionTests
{
    [Test]
    public void Lanes_take_turns_and_the_first_lane_turns_with_the_slot()
    {
        BatchHeader[] a = Chain(0, 2);
        BatchHeader[] b = Chain(1, 1);
        CutExpansion expansion = Expand([a, b], MachineHarness.CutOf(1, 0, a[^1].Reference, b[^1].Reference));
        Assert.That(expansion.Taken, Is.EqualTo(new[] { b[0], a[0], a[1] }));
    }

    [Test]
    public void Tip_behind_the_frontier_adds_nothing()
    {
        BatchHeader[] a = Chain(0, 3);
        CutExpansion expansion = CutExpansion.Expand([a[2].Reference], MachineHarness.CutOf(1, 0, a[1].Reference), _ => null);
        Assert.That(expansion.Taken, Is.Empty);
        Assert.That(expansion.Frontier, Is.EqualTo(new[] { a[2].Reference }));
    }

    [Test]
    public void Tip_on_a_fork_of_the_delivered_lane_adds_nothing_and_is_shown()
    {
        BatchHeader[] delivered = Chain(0, 1);
        BatchHeader[] fork = Chain(0, 2, content: 1);
        CutExpansion expansion = CutExpansion.Expand(
            [delivered[0].Reference], MachineHarness.CutOf(1, 0, fork[1].Reference), r => fork.FirstOrDefault(h => h.Digest == r.Digest));
        Assert.That(expansion.Taken, Is.Empty);
        Assert.That(expansion.Skipped, Is.EqualTo(new[] { fork[1] }));
        Assert.That(expansion.Frontier, Is.EqualTo(new[] { delivered[0].Reference }));
    }

    [Test]
    public void New_incarnation_starts_from_nothing_whatever_the_old_one_had()
    {
        BatchHeader[] old = Chain(0, 3);
        BatchHeader[] fresh = Chain(0, 2, incarnation: 2);
        CutExpansion expansion = CutExpansion.Expand(
            [old[2].Reference], MachineHarness.CutOf(1, 0, fresh[1].Reference), r => fresh.FirstOrDefault(h => h.Digest == r.Digest));
        Assert.That(expansion.Taken, Is.EqualTo(fresh));
    }

    [Test]
    public void Digest_cited_for_another_place_adds_nothing()
    {
        BatchHeader[] a = Chain(0, 2);
        CutExpansion expansion = Expand([a], MachineHarness.CutOf(1, 0, a[0].Reference with { Height = 2 }));
        Assert.That(expansion.Taken, Is.Empty);
    }

    [Test]
    public void Batch_of_another_chain_adds_nothing()
    {
        BatchHeader foreign = Chain(0, 1)[0] with { Chain = new ChainId(Digest.Of([5])) };
        CutExpansion expansion = Expand([[foreign]], MachineHarness.CutOf(1, 0, foreign.Reference));
        Assert.That(expansion.Taken, Is.Empty);
    }

    [Test]
    public void Full_block_leaves_the_rest_to_the_next_cut()
    {
        BatchHeader[] a = Chain(0, 4, size: 3 * 1024 * 1024);
        Cut cut = MachineHarness.CutOf(1, 0, a[^1].Reference);
        CutExpansion first = Expand([a], cut);
        CutExpansion second = CutExpansion.Expand(
            first.Frontier, cut with { Slot = new SlotNumber(2) }, r => a.FirstOrDefault(h => h.Digest == r.Digest));
        Assert.That(first.Taken, Is.EqualTo(a[..2]));
        Assert.That(first.Skipped, Is.EqualTo(a[2..]));
        Assert.That(second.Taken, Is.EqualTo(a[2..]));
    }

    [Test]
    public void Missing_header_is_named_and_nothing_is_taken()
    {
        BatchHeader[] a = Chain(0, 2);
        CutExpansion expansion = CutExpansion.Expand(
            [BatchReference.Start(0)], MachineHarness.CutOf(1, 0, a[1].Reference), r => r.Height == 2 ? a[1] : null);
        Assert.That(expansion.Missing, Is.EqualTo(new[] { a[0].Reference }));
        Assert.That(expansion.Taken, Is.Empty);
    }

    /// <summary>However tips are cut into slots, every lane comes out whole and in its order.</summary>
    [Test]
    public void Any_sequence_of_cuts_delivers_each_lane_once_and_in_order() =>
        Gen.Select(Gen.Int[0, 5].Array[3], Gen.Int[0, 5].Array[3].List[1, 6]).Sample((lengths, steps) =>
        {
            BatchHeader[][] lanes = [.. lengths.Select((length, lane) => Chain(lane, length))];
            BatchReference[] frontier = [.. Enumerable.Range(0, 3).Select(BatchReference.Start)];
            List<BatchHeader> delivered = [];
            long slot = 0;
            foreach (int[] heights in steps.Append(lengths))
            {
                BatchReference[] tips = [.. heights.Select((h, lane) => (Height: Math.Min(h, lengths[lane]), Lane: lane))
                    .Where(t => t.Height > 0).Select(t => lanes[t.Lane][t.Height - 1].Reference)];
                CutExpansion expansion = CutExpansion.Expand(
                    frontier, MachineHarness.CutOf(++slot, 0, tips), r => lanes[r.Lane].FirstOrDefault(h => h.Digest == r.Digest));
                delivered.AddRange(expansion.Taken);
                frontier = expansion.Frontier;
            }

            return Enumerable.Range(0, 3).All(lane => delivered.Where(h => h.Lane == lane).SequenceEqual(lanes[lane]));
        });

    private static BatchHeader[] Chain(int lane, int length, byte content = 0, long incarnation = 1, int size = 10)
    {
        var headers = new BatchHeader[length];
        Digest parent = default;
        for (int i = 0; i < length; i++)
        {
            headers[i] = new BatchHeader(
                MachineHarness.Chain, 0, lane, incarnation, i + 1, parent, 1, size, Digest.Of([(byte)lane, (byte)i, content]));
            parent = headers[i].Digest;
        }

        return headers;
    }

    private static CutExpansion Expand(BatchHeader[][] lanes, Cut cut) => CutExpansion.Expand(
        [.. lanes.Select((_, lane) => BatchReference.Start(lane))], cut, r => lanes[r.Lane].FirstOrDefault(h => h.Digest == r.Digest));
}
