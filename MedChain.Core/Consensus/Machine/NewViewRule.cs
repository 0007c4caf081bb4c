using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a view must repeat: a pure function of the quorum of ViewChanges that opened it.</summary>
internal static class NewViewRule
{
    /// <summary>The highest base among the ViewChanges: everything up to it is decided and can be fetched.</summary>
    public static SealCertificate? HighestBase(IEnumerable<ViewChange> viewChanges) =>
        viewChanges.Select(v => v.Base).OfType<SealCertificate>().MaxBy(c => c.Height.Value);

    /// <summary>The values to vote on again, for every slot from the one above the base to the last one with a PreparedCert, in
    /// order.</summary>
    /// <remarks>For each slot the value of the PreparedCert of the highest view, or NULL when no ViewChange has one: then nothing can have
    /// been decided there (a decision leaves PreparedCerts with more than enough validators to reach every quorum).</remarks>
    public static List<(SlotNumber Slot, Digest Value, Cut? Cut)> Select(NewView newView, ChainId chain)
    {
        long start = HighestBase(newView.ViewChanges)?.Height.Value ?? 0;
        SortedDictionary<long, ViewChangeEntry> best = [];
        foreach (ViewChangeEntry entry in newView.ViewChanges.SelectMany(v => v.Entries))
        {
            if (entry.Prepared is { } prepared
                && entry.Slot.Value > start
                && (!best.TryGetValue(entry.Slot.Value, out ViewChangeEntry? other) || prepared.View > other.Prepared!.View))
            {
                best[entry.Slot.Value] = entry;
            }
        }

        List<(SlotNumber Slot, Digest Value, Cut? Cut)> values = [];
        long last = best.Count == 0 ? start : best.Last().Key;
        for (long number = start + 1; number <= last; number++)
        {
            var slot = new SlotNumber(number);
            values.Add(best.TryGetValue(number, out ViewChangeEntry? entry)
                ? (slot, entry.Prepared!.Value, entry.Cut)
                : (slot, Cut.NullDigest(chain, newView.Epoch, slot), null));
        }

        return values;
    }
}
