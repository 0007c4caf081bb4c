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

    /// <summary>The values to vote on again, for every slot from the one above the base to the last one that has a value, in
    /// order.</summary>
    /// <remarks>For each slot the value of the PreparedCert of the highest view, or NULL when no ViewChange has one: then nothing can have
    /// been decided there (a decision leaves PreparedCerts with more than enough validators to reach every quorum). With a fast path a
    /// decision may have left nothing but the Prepares themselves: see <see cref="FindClaimed"/>.</remarks>
    public static List<(SlotNumber Slot, Digest Value, Cut? Cut)> Select(
        NewView newView, ChainId chain, ValidatorSet validators, long epochStart = 0)
    {
        long start = HighestBase(newView.ViewChanges)?.Height.Value ?? epochStart;
        SortedDictionary<long, (Digest Value, Cut? Cut)> chosen = [];
        foreach (IGrouping<long, ViewChangeEntry> slot in
            newView.ViewChanges.SelectMany(v => v.Entries).Where(e => e.Slot.Value > start).GroupBy(e => e.Slot.Value))
        {
            ViewChangeEntry? prepared = slot.Where(e => e.Prepared is not null).MaxBy(e => e.Prepared!.View);
            if (validators.Rules.FastPath && FindClaimed(slot, prepared?.Prepared?.View, validators.Weak) is { } claimed)
            {
                chosen[slot.Key] = claimed;
            }
            else if (prepared is not null)
            {
                chosen[slot.Key] = (prepared.Prepared!.Value, prepared.Cut);
            }
        }

        List<(SlotNumber Slot, Digest Value, Cut? Cut)> values = [];
        long last = chosen.Count == 0 ? start : chosen.Last().Key;
        for (long number = start + 1; number <= last; number++)
        {
            var slot = new SlotNumber(number);
            values.Add(chosen.TryGetValue(number, out (Digest Value, Cut? Cut) value)
                ? (slot, value.Value, value.Cut)
                : (slot, Cut.NullDigest(chain, newView.Epoch, slot), null));
        }

        return values;
    }

    /// <summary>The value that a fast decision may have had: one that at least f + 1 ViewChanges claim to have accepted, each in some view,
    /// and the (f+1)-th highest of those views is above the best PreparedCert's.</summary>
    /// <remarks>After a fast decision in view v every honest validator has accepted its value in v or, again, in a later view; so of any
    /// quorum at least q − f ≥ f + 1 claim it at views of v or above, and at most f can claim another there. Claims must not be counted
    /// view by view: honest validators that accepted the value again in different views would then miss the count.</remarks>
    private static (Digest Value, Cut? Cut)? FindClaimed(IEnumerable<ViewChangeEntry> slot, ViewNumber? prepared, int weak)
    {
        ViewNumber best = prepared ?? new ViewNumber(-1);
        (Digest Value, Cut? Cut)? found = null;
        foreach (IGrouping<Digest, ViewChangeEntry> claims in
            slot.Where(e => e.Accepted is not null).GroupBy(e => e.Accepted!.Value).OrderBy(g => g.Key))
        {
            ViewChangeEntry[] ordered = [.. claims.OrderByDescending(e => e.Accepted!.View)];
            if (ordered.Length >= weak && ordered[weak - 1].Accepted!.View > best)
            {
                best = ordered[weak - 1].Accepted!.View;
                found = (claims.Key, ordered[0].ClaimedCut);
            }
        }

        return found;
    }
}
