using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a cut adds to what was delivered before: a pure function of the frontier, the cut and the headers that its digests name,
/// so every validator and every verifier gets the same block.</summary>
/// <remarks>A lane adds the chain from its frontier to its tip; a tip that does not descend from the frontier adds nothing. The block takes
/// batches by height offset and, at equal offset, lanes in an order that turns with the slot, until the block is full; what does not fit
/// waits for the next cut.</remarks>
internal sealed class CutExpansion
{
    private CutExpansion(List<BatchReference> missing, List<BatchHeader> taken, List<BatchHeader> skipped, BatchReference[] frontier)
    {
        Missing = missing;
        Taken = taken;
        Skipped = skipped;
        Frontier = frontier;
    }

    /// <summary>Gets batches whose headers are not known; when there are any, the rest of the result is empty.</summary>
    public List<BatchReference> Missing { get; }

    /// <summary>Gets the block's batches, in its order.</summary>
    public List<BatchHeader> Taken { get; }

    /// <summary>Gets the batches that the cut reaches and the block does not take.</summary>
    public List<BatchHeader> Skipped { get; }

    /// <summary>Gets the frontier after the block.</summary>
    public BatchReference[] Frontier { get; }

    /// <summary>Expands a cut.</summary>
    /// <param name="frontier">The last delivered batch of each lane, by lane.</param>
    /// <param name="cut">The decided cut.</param>
    /// <param name="find">Finds the header of a batch; <see langword="null"/> when it is not known.</param>
    public static CutExpansion Expand(IReadOnlyList<BatchReference> frontier, Cut cut, Func<BatchReference, BatchHeader?> find)
    {
        var chains = new List<BatchHeader>[frontier.Count];
        List<BatchReference> missing = [];
        List<BatchHeader> skipped = [];
        foreach (BatchReference tip in cut.Tips)
        {
            if (tip.Lane < frontier.Count)
            {
                chains[tip.Lane] = Walk(frontier[tip.Lane], tip, cut, find, missing, skipped);
            }
        }

        BatchReference[] next = [.. frontier];
        List<BatchHeader> taken = [];
        if (missing.Count == 0)
        {
            Interleave(chains, cut.Slot, taken, skipped, next);
        }

        return new CutExpansion(missing, taken, skipped, next);
    }

    /// <summary>Follows parents from the tip down to the frontier.</summary>
    /// <returns>The chain, lowest first; empty when it does not reach the frontier.</returns>
    private static List<BatchHeader> Walk(
        BatchReference frontier,
        BatchReference tip,
        Cut cut,
        Func<BatchReference, BatchHeader?> find,
        List<BatchReference> missing,
        List<BatchHeader> skipped)
    {
        List<BatchHeader> chain = [];
        if (!tip.IsAfter(frontier))
        {
            return chain;
        }

        bool sameIncarnation = tip.Incarnation == frontier.Incarnation;
        long first = sameIncarnation ? frontier.Height + 1 : 1;
        if (tip.Height - first >= WireLimits.MaxLaneGap)
        {
            return chain;
        }

        BatchReference place = tip;
        while (place.Height >= first)
        {
            BatchHeader? header = find(place);
            if (header is null)
            {
                missing.Add(place);
                return chain;
            }

            chain.Add(header);
            if (header.Reference != place || header.Chain != cut.Chain || header.Epoch != cut.Epoch)
            {
                break; // The digest names a batch of another place or chain: the tip is a lie, and the same one for everybody.
            }

            place = place with { Height = place.Height - 1, Digest = header.Parent };
        }

        if (place.Height == first - 1 && place.Digest == (sameIncarnation ? frontier.Digest : default))
        {
            chain.Reverse();
            return chain;
        }

        skipped.AddRange(chain);
        return [];
    }

    private static void Interleave(
        List<BatchHeader>?[] chains, SlotNumber slot, List<BatchHeader> taken, List<BatchHeader> skipped, BatchReference[] frontier)
    {
        long size = 0;
        bool full = false;
        int longest = chains.Max(c => c?.Count ?? 0);
        for (int offset = 0; offset < longest; offset++)
        {
            for (int turn = 0; turn < chains.Length; turn++)
            {
                int lane = (int)((turn + slot.Value) % chains.Length);
                if (chains[lane] is not { } chain || offset >= chain.Count)
                {
                    continue;
                }

                BatchHeader header = chain[offset];
                full |= taken.Count > 0 && size + header.PayloadSize > WireLimits.MaxBlockPayloadBytes;
                if (full)
                {
                    skipped.Add(header);
                    continue;
                }

                size += header.PayloadSize;
                taken.Add(header);
                frontier[lane] = header.Reference;
            }
        }
    }
}
