using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Replaces a leader that does not get its work done: one view for all slots, entered by a quorum's ViewChanges.</summary>
internal sealed class ViewChanger(
    MachineContext context,
    OwnLane ownLane,
    SlotTable slots,
    Voting voting,
    Proposing proposing,
    Sealing sealing,
    ViewTimers timers,
    AnswerBudget answers)
{
    /// <summary>Blocks that must be delivered before a resignation of the same validator is believed at once again.</summary>
    private const int BlocksPerResignation = 64;

    private readonly MachineSettings _settings = context.Settings;
    private readonly ReplicaState _state = context.State;
    private readonly ViewChange?[] _latest = new ViewChange?[context.Settings.Count];
    private readonly long[] _believedFrom = new long[context.Settings.Count];
    private NewView? _newView;
    private ReadOnlyMemory<byte> _ownMessage;
    private long _ownTicket;
    private long _newViewTicket;

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

    /// <summary>A validator that restarts does not know what it proposed last in its view, so it gives the view up when it is to lead
    /// there.</summary>
    public void LeaveSpentView()
    {
        if (_state.CanVote && _state.Active && _state.SpentView == _state.View && proposing.IsOwnTurn)
        {
            Leave(NextView());
        }
    }

    public void OnViewChange(ViewChange message)
    {
        AnswerStale(message);
        Compare(message);
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
        if (_newView?.View == message.View)
        {
            context.Report(_newView, message);
        }

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
        timers.Watch();
        if (!_state.CanVote)
        {
            return;
        }

        bool expired = timers.Deadline is { } deadline && context.Now >= deadline;
        if (expired)
        {
            timers.Lengthen();
        }

        if (expired || (voting.LeaderIsFaulty && _state.Active))
        {
            Leave(NextView());
        }

        LeaveSpentView();
    }

    public void Resend()
    {
        if (!_state.Active && _ownMessage.Length > 0)
        {
            context.Broadcast(_ownMessage, _ownTicket);
            TryLead(); // A crash may have kept the last ViewChange of a quorum and not the NewView; alone, nobody else asks for it.
        }
    }

    /// <summary>Helps a peer that has not entered this view.</summary>
    public void OnStatus(int from, Status status)
    {
        bool entered = status.View > _state.View || (status.View == _state.View && status.Active);
        if (!entered && _state.Active && _newView is not null && answers.TryTake(from, AnswerBudget.LargeAnswer))
        {
            context.Send(from, _newView, _newViewTicket);
        }
    }

    /// <summary>Compares what a validator says that it voted for with the votes that came from it.</summary>
    private void Compare(ViewChange message)
    {
        if (_latest[message.Validator] is { } known && known.NewView == message.NewView)
        {
            context.Report(known, message);
        }

        foreach (Slot slot in slots.All)
        {
            foreach (Vote vote in new[] { slot.Prepares.Of(message.Validator), slot.Commits.Of(message.Validator) }.OfType<Vote>())
            {
                if (vote.View < message.NewView)
                {
                    context.Report(vote, message);
                }
            }
        }
    }

    /// <summary>A sender that wants a view which was entered here gets its NewView, and one whose base is behind gets the best
    /// certificate: silence could leave it waiting for ever.</summary>
    private void AnswerStale(ViewChange message)
    {
        if (message.NewView > _state.View || (message.NewView == _state.View && !_state.Active))
        {
            return;
        }

        if (_newView is not null && _state.Active && answers.TryTake(message.Validator, AnswerBudget.LargeAnswer))
        {
            context.Send(message.Validator, _newView, _newViewTicket);
        }

        if (_state.Base is { } certificate
            && message.BaseHeight < _state.BaseHeight
            && answers.TryTake(message.Validator, AnswerBudget.SmallAnswer))
        {
            context.Send(message.Validator, new SealMessage(certificate), after: 0);
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
        else if (_state.Active
            && message.NewView > _state.View
            && _state.Ordered >= _believedFrom[message.Validator]
            && context.LeadersAhead().Contains(message.Validator))
        {
            // The leader itself resigns: there is nothing to wait for. Not again and again: a liar would end every view that way.
            _believedFrom[message.Validator] = _state.Ordered + BlocksPerResignation;
            Leave(NextView());
        }
    }

    private void Leave(ViewNumber view)
    {
        _state.View = view;
        _state.Active = false;
        timers.Reset();
        voting.LeaderIsFaulty = false;
        var message = new ViewChange(
            context.Epoch, view, _state.Base, [.. slots.All.Select(Describe).OfType<ViewChangeEntry>()], context.Self, default);
        message = message with { Signature = context.Sign(message.Statement(context.VotingChain)) };
        _latest[context.Self] = message;
        _ownMessage = Envelope.Encode(message);
        _ownTicket = context.Persist(LogRecord.Pinned, RecordKind.ViewChange, _ownMessage);
        context.Broadcast(_ownMessage, _ownTicket);
        TryLead();
    }

    private ViewNumber NextView() => _state.Leaders.NextView(_state.View, _state.Ordered, _settings.Validators);

    private ViewChangeEntry? Describe(Slot slot)
    {
        bool voted = slot.Prepared is not null || slot.PreparedCertificate is not null;
        if (slot.Number.Value <= _state.BaseHeight || !voted)
        {
            return null;
        }

        AcceptedClaim? accepted = slot.Prepared is { } vote ? new AcceptedClaim(vote.View, vote.Value) : null;
        bool named = !_settings.Validators.Rules.FastPath || slot.PreparedCut?.Digest == accepted?.Value;
        return new ViewChangeEntry(slot.Number, slot.PreparedCertificate, slot.PreparedCut, accepted, named ? null : slot.AcceptedCut);
    }

    private void TryLead()
    {
        if (_state.Active)
        {
            return;
        }

        // Whoever went on to a higher view has given up this one too, and does not say so again: without counting it, too few could be left
        // in each of two views.
        if (_latest.Count(v => v?.NewView >= _state.View) >= _settings.Quorum)
        {
            timers.AwaitNewView();
        }

        ViewChange[] quorum = [.. _latest.OfType<ViewChange>().Where(v => v.NewView == _state.View).Take(_settings.Quorum)];
        if (quorum.Length < _settings.Quorum)
        {
            return;
        }

        if (context.IsOpener && _state.CanVote)
        {
            var message = new NewView(context.Epoch, _state.View, [.. quorum], default);
            message = message with { Signature = context.Sign(message.Statement(context.VotingChain)) };
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
        timers.Reset();
        voting.LeaderIsFaulty = false;
        voting.TakeEarlyProposals();
        ownLane.AnnounceTip();
    }

    private void Install(NewView message)
    {
        long last = NewViewRule.HighestBase(message.ViewChanges)?.Height.Value ?? _state.Start;
        foreach ((SlotNumber number, Digest value, Cut? cut) in
            NewViewRule.Select(message, context.Chain, _settings.Validators, _state.Start))
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

        _state.ViewStart = last;
        proposing.ContinueAfter(last);
    }
}
