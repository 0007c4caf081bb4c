namespace MedChain.Core.Consensus.Machine;

/// <summary>Tells of certified tips that no cut of the view covers, half a timeout before anybody blames the leader: whoever knows of one
/// tells the leader, so that a leader that only lacks it is not replaced for nothing; its owner tells everybody, so that others see whether
/// the leader leaves it out. Once for each tip that waits and view.</summary>
internal sealed class TipForwarding(
    MachineContext context, FrontPhase front, OwnLane ownLane, SlotTable slots, ViewTimers timers)
{
    private readonly ReplicaState _state = context.State;

    /// <summary>Gets the time at which the next tip is due.</summary>
    public long? Deadline
    {
        get
        {
            long? earliest = null;
            foreach (Lane lane in front.Lanes)
            {
                if (MayTell && lane.Waiting is { IsTold: false } waiting)
                {
                    earliest = Math.Min(earliest ?? long.MaxValue, waiting.Since + timers.HalfTimeout);
                }
            }

            return earliest;
        }
    }

    private bool MayTell => _state.Active && _state.CanVote;

    public void Tell()
    {
        if (!MayTell)
        {
            return;
        }

        foreach (Lane lane in front.Lanes)
        {
            if (lane.Waiting is { IsTold: false } waiting && context.Now >= waiting.Since + timers.HalfTimeout)
            {
                lane.Waiting = waiting with { IsTold = true };
                if (!IsProposed(waiting))
                {
                    Tell(lane);
                }
            }
        }
    }

    private bool IsProposed(WaitingTip waiting)
    {
        foreach (Slot slot in slots.All)
        {
            if (slot.Proposal is { Cut: { } cut } proposal
                && proposal.View == _state.View
                && cut.Tips.Any(t => t.Lane == waiting.Tip.Lane && !waiting.Tip.IsAfter(t)))
            {
                return true;
            }
        }

        return false;
    }

    private void Tell(Lane lane)
    {
        if (lane.Index == context.Self)
        {
            ownLane.AnnounceTip();
        }
        else if (lane.FixedCertificate is { } certificate
            && context.LeaderOf(Math.Max(_state.Decided, _state.ViewStart) + 1) is { } leader)
        {
            context.Send(leader, certificate, after: 0);
        }
    }
}
