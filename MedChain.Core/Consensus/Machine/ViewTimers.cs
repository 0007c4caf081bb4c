namespace MedChain.Core.Consensus.Machine;

/// <summary>How long a leader may take. The timers run only while something waits for it.</summary>
internal sealed class ViewTimers(MachineContext context, FrontPhase front, SlotTable slots)
{
    /// <summary>Blocks after which a lengthened timeout is halved again.</summary>
    private const int BlocksPerRelief = 64;

    /// <summary>Timeouts that a lane may wait: more than a slot, because a cut under way can be just too early for it.</summary>
    private const int LaneTimeouts = 3;

    private readonly MachineSettings _settings = context.Settings;
    private readonly ReplicaState _state = context.State;
    private int _failures;
    private long _reliefAt;
    private long? _slotSince;
    private long _slotWatched;
    private long? _quorumSince;

    /// <summary>Gets the next time at which the view has to end.</summary>
    public long? Deadline => !_state.CanVote ? null
        : _state.Active ? Earliest(_slotSince + Timeout, LaneDeadline())
        : _quorumSince + Timeout;

    /// <summary>Gets half the time that a leader has.</summary>
    public long HalfTimeout => Timeout / 2;

    private long Timeout => Math.Min(_settings.MaxSlotTimeout, _settings.SlotTimeout << Math.Min(_failures, 20));

    /// <summary>A view failed: the next ones get more time.</summary>
    public void Lengthen()
    {
        _failures++;
        _reliefAt = _state.Ordered + BlocksPerRelief;
    }

    /// <summary>A view was left or entered: everything is timed anew.</summary>
    public void Reset()
    {
        _slotSince = null;
        _quorumSince = null;
        foreach (Lane lane in front.Lanes)
        {
            lane.Waiting = null;
        }
    }

    /// <summary>A quorum wants the view: its leader's time runs.</summary>
    public void AwaitNewView() => _quorumSince ??= context.Now;

    /// <summary>Looks at what waits. The slot timer is for the lowest open slot only: a leader that moves higher slots cannot hold it
    /// up.</summary>
    public void Watch()
    {
        if (_failures > 0 && _state.Ordered >= _reliefAt)
        {
            _failures--;
            _reliefAt = _state.Ordered + BlocksPerRelief;
        }

        if (_settings.HighSlotsResetTimers && slots.All.Any(s => s.Number.Value > _state.Decided && s.IsDecided))
        {
            Reset();
        }

        if (!_state.Active || !HasWork())
        {
            _slotSince = null;
        }
        else if (_slotSince is null || _slotWatched != _state.Decided)
        {
            _slotSince = context.Now;
            _slotWatched = _state.Decided;
        }

        WatchLanes();
    }

    /// <summary>Whether something waits for this view's leader. What is left of older views is none of it: the values of their open slots
    /// were chosen anew when this view was entered, or their transactions went into other slots.</summary>
    private bool HasWork()
    {
        if (_state.Decided < _state.LastSlot)
        {
            return true;
        }

        foreach (Slot slot in slots.All)
        {
            if (slot.Number.Value > _state.Decided && IsOpen(slot))
            {
                return true;
            }
        }

        return _state.Ordered == _state.Decided && Array.Exists(front.Lanes, IsWaiting);
    }

    private bool IsOpen(Slot slot) =>
        slot.IsDecided
        || slot.Proposal?.View == _state.View
        || slot.Prepares.CountFrom(_state.View) >= _settings.Validators.Weak
        || slot.Commits.CountFrom(_state.View) >= _settings.Validators.Weak;

    /// <summary>Whether a certified tip is not delivered. A tip whose batches are not here does not count: nobody may have them any more,
    /// and no leader could be blamed for that.</summary>
    private bool IsWaiting(Lane lane) =>
        lane.FixedTip.IsAfter(lane.Frontier) && front.HoldsChain(lane.FixedTip) && front.Continues(lane.FixedTip);

    /// <summary>Remembers since when each lane waits, so that a leader that leaves one out is found.</summary>
    private void WatchLanes()
    {
        foreach (Lane lane in front.Lanes)
        {
            if (lane.Waiting is { } waiting && (!waiting.Tip.IsAfter(lane.Frontier) || _state.Ordered < _state.Decided))
            {
                lane.Waiting = null;
            }

            if (lane.Waiting is null && IsWaiting(lane))
            {
                lane.Waiting = new WaitingTip(lane.FixedTip, context.Now);
            }
        }
    }

    private long? LaneDeadline()
    {
        long? earliest = null;
        foreach (Lane lane in front.Lanes)
        {
            earliest = Earliest(earliest, lane.Waiting?.Since + (LaneTimeouts * Timeout));
        }

        return earliest;
    }

    private static long? Earliest(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
