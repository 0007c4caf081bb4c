using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Takes decided blocks from a peer: their certificates are verified, and of their batches only those are kept that the certified
/// cut reaches by digests.</summary>
internal sealed class CatchUp(MachineContext context, FrontPhase front, SlotTable slots, Voting voting, Fetching fetching)
{
    public void OnBlocks(BlocksData data)
    {
        fetching.OnBlocksAnswered();
        foreach (BlockBody body in data.Blocks)
        {
            if (body.Commit.Slot.Value > context.State.Ordered && slots.Open(body.Commit.Slot.Value) is { } slot)
            {
                if (body.Cut is { } cut)
                {
                    Keep(body, cut);
                }

                voting.Decide(slot, body.Commit, body.Cut);
            }
        }
    }

    private void Keep(BlockBody body, Cut cut)
    {
        Dictionary<Digest, (BatchHeader Header, Batch? Body)> offered = [];
        foreach (BatchHeader header in body.Skipped)
        {
            offered[header.Digest] = (header, null);
        }

        foreach (Batch batch in body.Batches)
        {
            offered[batch.Header.Digest] = (batch.Header, batch);
        }

        foreach (BatchReference tip in cut.Tips)
        {
            if (tip.Lane >= front.Lanes.Length)
            {
                continue;
            }

            Lane lane = front.Lanes[tip.Lane];
            BatchReference place = tip;
            while (place.IsAfter(lane.Frontier)
                && offered.Remove(place.Digest, out (BatchHeader Header, Batch? Body) found)
                && found.Header.Reference == place)
            {
                lane.Add(found.Header, found.Body);
                place = place with { Height = place.Height - 1, Digest = found.Header.Parent };
            }
        }
    }
}
