using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The open slots. Only slots near the base are kept, so the table is bounded whatever peers send.</summary>
internal sealed class SlotTable(MachineContext context)
{
    // A list, for it is looked through in every step, and a dictionary's enumerator allocates.
    private readonly SortedList<long, Slot> _slots = [];

    public long MaxKept => context.LastKeptSlot;

    /// <summary>Gets the open slots in ascending order.</summary>
    public IEnumerable<Slot> All => _slots.Values;

    public BufferSize Measure(long max) => new("machine.slots", _slots.Count, max);

    public Slot? Find(long number) => _slots.GetValueOrDefault(number);

    /// <summary>Finds or opens a slot; <see langword="null"/> when it is behind or too far ahead.</summary>
    public Slot? Open(long number)
    {
        if (_slots.TryGetValue(number, out Slot? slot))
        {
            return slot;
        }

        long last = Math.Min(MaxKept, context.State.LastVoted);
        if (number <= Math.Min(context.State.BaseHeight, context.State.Ordered) || number > last)
        {
            return null;
        }

        slot = new Slot(new SlotNumber(number), context.Settings.Count);
        _slots.Add(number, slot);
        return slot;
    }

    /// <summary>The slot up to which all are stored, or decided with the own Commit of the current view given: nobody else needs this
    /// validator to see more votes of the view.</summary>
    public long LastSettled()
    {
        long last = context.State.Stored;
        while (Find(last + 1) is { IsDecided: true, Committed: { } own } && own.View == context.State.View)
        {
            last++;
        }

        return last;
    }

    /// <summary>Forgets what peers sent for slots after the epoch's last one.</summary>
    public void ForgetAbove(long last)
    {
        while (_slots.Count > 0 && _slots.GetKeyAtIndex(_slots.Count - 1) > last)
        {
            _slots.RemoveAt(_slots.Count - 1);
        }
    }

    /// <summary>Forgets slots that are both sealed and stored.</summary>
    public void Prune()
    {
        long done = Math.Min(context.State.BaseHeight, context.State.Stored);
        while (_slots.Count > 0 && _slots.GetKeyAtIndex(0) <= done)
        {
            _slots.RemoveAt(0);
        }
    }
}
