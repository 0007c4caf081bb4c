using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Replaces a leader that does not get its work done: one view for all slots, entered by a quorum's ViewChanges.</summary>
internal sealed class ViewChanger(
    MachineContext context, FrontPhase front, OwnLane ownLane, SlotTable slots, Voting voting, Proposing proposing, Sealing sealing)
{
    /// <summary>Blocks after which a lengthened timeout is halved again.</summary>
    private const int BlocksPerRelief = 64;

    private readonly MachineSettings _settings = context.Settings;
    private readonly ReplicaState _state = context.State;
    private readonly ViewChange?[] _latest = new ViewChange?[context.Settings.Count];
    private NewView? _newView;
    private ReadOnlyMemory<byte> _ownMessage;
    private long _ownTicket;
    private long _newViewTicket;
    private int _failures;
    private long _reliefAt;
    private long? _slotSince;
    private long _slotWatched;
    private long? _quorumSince;

    /// <summary>Gets the next time at which the view may have to end.</summary>
    public long? Deadline => !_state.CanVote ? null : _state.Active ? Earliest(_slotSince + Timeout, InclusionDeadline()) : _quorumSince + Timeout;

    private long Timeout => Math.Min(_settings.MaxSlotTimeout, _settings.SlotTimeout << Math.Min(_failures, 20));

    /// <summary>Takes over what the log says.</summary>
    public void Resume(ViewChange? own, NewView? newView)
    {
        ViewNumber promised = own?.NewView ?? default;
        ViewNumber entered = newView?.View ?? default;
        _state.View = entered >= promised ? entered : promised;
        _state.Active = entered >= promised;
        if (own is not null && own.NewView >= entered)
        {
            _latest[context.Self] = own;
            _ownMessage = Envelope.Encode(own);
        }

        if (newView is not null && _state.Active)
        {
            _newView = newView;
            Install(newView);
        }
    }

    /// <summary>A leader that restarts does not know what it proposed last in its view, so it gives the view up.</summary>
    public void LeaveOwnView()
    {
        if (_state.CanVote && _state.Active && context.IsLeader)
        {
            Leave(new ViewNumber(_state.View.Value + 1));
        }
    }

    public void OnViewChange(ViewChange message)
    {
        if (_latest[message.Validator] is { } known && known.NewView >= message.NewView)
        {
            return;
        }

        _latest[message.Validator] = message;
        if (message.Base is { } certificate)
        {
            sealing.OnCertificate(certificate);
        }

        Join(message);
        TryLead();
    }

    public void OnNewView(NewView message)
    {
        if (message.View < _state.View || (message.View == _state.View && _state.Active))
        {
            return;
        }

        if (NewViewRule.HighestBase(message.ViewChanges) is { } certificate)
        {
            sealing.OnCertificate(certificate);
        }

        Enter(message);
    }

    /// <summary>Ends the view when its time is over or its leader was caught.</summary>
    public void CheckTimers()
    {
        WatchLowestSlot();
        WatchLanes();
        if (!_state.CanVote)
        {
            return;
        }

        bool expired = Deadline is { } deadline && context.Now >= deadline;
        if (expired || (voting.LeaderIsFaulty && _state.Active))
        {
            _failures += expired ? 1 : 0;
            _reliefAt = _state.Ordered + BlocksPerRelief;
            Leave(new ViewNumber(_state.View.Value + 1));
        }
    }

    public void Resend()
    {
        if (!_state.Active && _ownMessage.Length > 0)
        {
            context.Broadcast(_ownMessage, _ownTicket);
        }
    }

    /// <summary>Helps a peer that has not entered this view.</summary>
    public void OnStatus(int from, Status status)
    {
        bool entered = status.View > _state.View || (status.View == _state.View && status.Active);
        if (!entered && _state.Active && _newView is not null)
        {
            context.Send(from, _newView, _newViewTicket);
        }
    }

    private void Join(ViewChange message)
    {
        long[] higher = [.. _latest.OfType<ViewChange>().Select(v => v.NewView.Value).Where(v => v > _state.View.Value).OrderDescending()];
        if (!_state.CanVote || higher.Length == 0)
        {
            return;
        }

        int weak = _settings.Validators.Weak;
        if (higher.Length >= weak)
        {
            // At least one honest validator wants a view this high.
            Leave(new ViewNumber(higher[weak - 1]));
        }
        else if (_state.Active && message.Validator == _settings.LeaderOf(_state.View) && message.NewView > _state.View)
        {
            // The leader itself resigns: there is nothing to wait for.
            Leave(new ViewNumber(_state.View.Value + 1));
        }
    }

    private void Leave(ViewNumber view)
    {
        _state.View = view;
        _state.Active = false;
        _quorumSince = null;
        _slotSince = null;
        voting.LeaderIsFaulty = false;
        var message = new ViewChange(
            context.Epoch, view, _state.Base, [.. slots.All.Select(Describe).OfType<ViewChangeEntry>()], context.Self, default);
        message = message with { Signature = context.Sign(message.Statement(context.Chain)) };
        _latest[context.Self] = message;
        _ownMessage = Envelope.Encode(message);
        _ownTicket = context.Persist(LogRecord.Pinned, RecordKind.ViewChange, _ownMessage);
        context.Broadcast(_ownMessage, _ownTicket);
        TryLead();
    }

    private ViewChangeEntry? Describe(Slot slot)
    {
        bool voted = slot.Prepared is not null || slot.PreparedCertificate is not null;
        if (slot.Number.Value <= _state.BaseHeight || !voted)
        {
            return null;
        }

        AcceptedClaim? accepted = slot.Prepared is { } vote ? new AcceptedClaim(vote.View, vote.Value) : null;
        return new ViewChangeEntry(slot.Number, slot.PreparedCertificate, slot.PreparedCut, accepted);
    }

    private void TryLead()
    {
        if (_state.Active)
        {
            return;
        }

        ViewChange[] quorum = [.. _latest.OfType<ViewChange>().Where(v => v.NewView == _state.View).Take(_settings.Quorum)];
        if (quorum.Length < _settings.Quorum)
        {
            return;
        }

        _quorumSince ??= context.Now;
        if (context.IsLeader && _state.CanVote)
        {
            var message = new NewView(context.Epoch, _state.View, [.. quorum], default);
            message = message with { Signature = context.Sign(message.Statement(context.Chain)) };
            Enter(message);
            context.Broadcast(message, _newViewTicket);
        }
    }

    private void Enter(NewView message)
    {
        _state.View = message.View;
        _state.Active = true;
        _newView = message;
        // Also the promise not to vote below: the record holds for validators that never sent their own ViewChange.
        _newViewTicket = context.Persist(LogRecord.Pinned, RecordKind.NewView, Envelope.Encode(message));
        context.ProposalTicket = _newViewTicket;
        Install(message);
        _slotSince = null;
        _quorumSince = null;
        voting.LeaderIsFaulty = false;
        voting.TakeEarlyProposals();
        foreach (Lane lane in front.Lanes)
        {
            lane.Waiting = null;
        }

        ownLane.AnnounceTip();
    }

    private void Install(NewView message)
    {
        long last = NewViewRule.HighestBase(message.ViewChanges)?.Height.Value ?? 0;
        foreach ((SlotNumber number, Digest value, Cut? cut) in NewViewRule.Select(message, context.Chain))
        {
            last = number.Value;
            if (slots.Open(number.Value) is { } slot)
            {
                slot.Proposal = new Proposal(message.View, value, cut, Carried: true);
                slot.OwnPrePrepare = null;
                if (slot.Decision is { } decision)
                {
                    voting.Decide(slot, decision, cut);
                }
            }
        }

        proposing.ContinueAfter(last);
    }

    /// <summary>The timer runs for the lowest open slot only: a leader that moves higher slots cannot hold it up.</summary>
    private void WatchLowestSlot()
    {
        if (_state.Ordered >= _reliefAt && _failures > 0)
        {
            _failures--;
            _reliefAt = _state.Ordered + BlocksPerRelief;
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
    }

    /// <summary>Whether something waits for this view's leader. What is left of older views is none of it: the values of their open slots were
    /// chosen anew when this view was entered, or their transactions went into other slots.</summary>
    private bool HasWork()
    {
        if (slots.All.Any(s => s.Number.Value > _state.Decided && IsOpen(s)))
        {
            return true;
        }

        return _state.Ordered == _state.Decided && Array.Exists(front.Lanes, l => l.FixedTip.IsAfter(l.Frontier));
    }

    private bool IsOpen(Slot slot) =>
        slot.IsDecided
        || slot.Proposal?.View == _state.View
        || slot.Prepares.CountFrom(_state.View) >= _settings.Validators.Weak
        || slot.Commits.CountFrom(_state.View) >= _settings.Validators.Weak;

    /// <summary>Remembers since when each lane waits, so that a leader that leaves one out is found.</summary>
    private void WatchLanes()
    {
        foreach (Lane lane in front.Lanes)
        {
            if (lane.Waiting is { } waiting && (!waiting.Tip.IsAfter(lane.Frontier) || _state.Ordered < _state.Decided))
            {
                lane.Waiting = null;
            }

            if (lane.Waiting is null && lane.FixedTip.IsAfter(lane.Frontier))
            {
                lane.Waiting = (lane.FixedTip, context.Now);
            }
        }
    }

    /// <summary>A lane may wait three times as long as a slot, because a cut in flight can be just too early for it.</summary>
    private long? InclusionDeadline()
    {
        long? earliest = null;
        foreach (Lane lane in front.Lanes)
        {
            earliest = Earliest(earliest, lane.Waiting?.Since + (3 * Timeout));
        }

        return earliest;
    }

    private static long? Earliest(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
