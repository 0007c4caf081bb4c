using System.Diagnostics;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What is noted of a slot, in the order in which it usually happens.</summary>
internal enum SlotMark
{
    Voted,
    Prepared,
    Decided,
    Ordered,
    Executed,
    Stored,
    Sealed,
}

/// <summary>When the open slots passed their phases, for histograms and traces. Bounded by the newest slots. Used by the loop
/// only.</summary>
internal sealed class SlotTimeline(TimeProvider time)
{
    private const int MaxSlots = 1_024;
    private const int Marks = (int)SlotMark.Sealed + 1;

    private static readonly (string Name, KeyValuePair<string, object?> Tag, SlotMark From, SlotMark To)[] Phases =
    [
        ("medchain.prepare", EngineInstruments.Prepare, SlotMark.Voted, SlotMark.Prepared),
        ("medchain.commit", EngineInstruments.Commit, SlotMark.Prepared, SlotMark.Decided),
        ("medchain.execute", EngineInstruments.Execute, SlotMark.Ordered, SlotMark.Executed),
        ("medchain.seal", EngineInstruments.Seal, SlotMark.Stored, SlotMark.Sealed),
    ];

    private readonly SortedDictionary<long, long[]> _slots = [];

    public int Count => _slots.Count;

    /// <summary>Notes the time of a mark. A later one of the same kind, in another view, replaces it.</summary>
    public void Mark(long slot, SlotMark mark)
    {
        if (!_slots.TryGetValue(slot, out long[]? times))
        {
            times = new long[Marks];
            _slots.Add(slot, times);
            if (_slots.Count > MaxSlots)
            {
                _slots.Remove(_slots.First().Key);
            }
        }

        times[(int)mark] = time.GetTimestamp();
    }

    /// <summary>Reports a sealed slot, and those below it that were sealed with it, and forgets them.</summary>
    public void Finish(long slot, KeyValuePair<string, object?> chain, KeyValuePair<string, object?> validator)
    {
        while (_slots.Count > 0 && _slots.First() is var (number, times) && number <= slot)
        {
            _slots.Remove(number);
            foreach ((string _, KeyValuePair<string, object?> tag, SlotMark from, SlotMark to) in Phases)
            {
                if (times[(int)from] != 0 && times[(int)to] >= times[(int)from])
                {
                    TimeSpan took = time.GetElapsedTime(times[(int)from], times[(int)to]);
                    EngineInstruments.PhaseDuration.Record(took.TotalSeconds, tag, chain, validator);
                }
            }

            Trace(number, times, chain, validator);
        }
    }

    /// <summary>Traces a slot when it is over: one activity with one child for each phase.</summary>
    private void Trace(long slot, long[] times, KeyValuePair<string, object?> chain, KeyValuePair<string, object?> validator)
    {
        if (!EngineInstruments.Traces.HasListeners())
        {
            return;
        }

        Activity? current = Activity.Current;
        Activity.Current = null; // Slots belong to no caller, also when one started the engine.
        long first = times.Where(t => t != 0).Min();
        long last = times.Max();
        using (Activity? whole = EngineInstruments.Traces.StartActivity(
            "medchain.slot", ActivityKind.Internal, default(ActivityContext), startTime: AtTimestamp(first)))
        {
            whole?.SetTag("slot", slot).SetTag(chain.Key, chain.Value).SetTag(validator.Key, validator.Value);
            whole?.SetEndTime(AtTimestamp(last).UtcDateTime);
            foreach ((string name, KeyValuePair<string, object?> _, SlotMark from, SlotMark to) in Phases)
            {
                if (whole is not null && times[(int)from] != 0 && times[(int)to] >= times[(int)from])
                {
                    using Activity? phase = EngineInstruments.Traces.StartActivity(
                        name, ActivityKind.Internal, whole.Context, startTime: AtTimestamp(times[(int)from]));
                    phase?.SetEndTime(AtTimestamp(times[(int)to]).UtcDateTime);
                }
            }
        }

        Activity.Current = current;
    }

    private DateTimeOffset AtTimestamp(long timestamp) => time.GetUtcNow() - time.GetElapsedTime(timestamp);
}
