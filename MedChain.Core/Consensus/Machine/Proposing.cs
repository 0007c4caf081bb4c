using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The leader's part: makes cuts of the certified tips, several slots ahead of delivery.</summary>
internal sealed class Proposing(MachineContext context, FrontPhase front, SlotTable slots, Fetching fetching)
{
    private readonly MachineSettings _settings = context.Settings;
    private readonly ReplicaState _state = context.State;
    private long _next = 1;
    private long? _advancedSince;

    /// <summary>Gets the time at which a cut is made whatever its coverage.</summary>
    public long? Deadline => MayPropose ? _advancedSince + _settings.CutDelay : null;

    /// <summary>Gets whether the next slot is this validator's to propose.</summary>
    public bool IsOwnTurn => context.LeaderOf(_next) == context.Self;

    private bool MayPropose =>
        _state.Active
        && _state.CanVote
        && _state.SpentView != _state.View
        && IsOwnTurn
        && _state.IsInEpoch(_next)
        && _next <= _state.Ordered + _settings.Window
        && _next <= _state.BaseHeight + (2 * _settings.Window);

    /// <summary>Sets the last slot that is not free to propose.</summary>
    public void ContinueAfter(long slot)
    {
        _next = slot + 1;
        _advancedSince = null;
    }

    public void ProposeCuts()
    {
        _next = Math.Max(_next, Math.Max(Math.Max(_state.Ordered, _state.BaseHeight), _state.ViewStart) + 1);
        // A term begins where the one before ended: with every proposal at hand, so that nothing is covered twice.
        while (slots.Find(_next) is { } slot && (slot.IsDecided || slot.Proposal?.View == _state.View))
        {
            _next++;
        }

        while (MayPropose && TryPropose())
        {
        }
    }

    private bool TryPropose()
    {
        if (_state.LastSlot is null && Array.TrueForAll(front.Lanes, l => !l.FixedTip.IsAfter(l.Frontier)))
        {
            _advancedSince = null;
            return false;
        }

        BatchReference[] tips = Covered();
        int advanced = 0;
        foreach (Lane lane in front.Lanes)
        {
            if (!lane.FixedTip.IsAfter(tips[lane.Index]))
            {
                continue;
            }

            if (front.FirstMissing(lane.FixedTip) is { } missing)
            {
                fetching.Want(missing, lane.Index);
            }
            else if (front.Continues(lane.FixedTip))
            {
                tips[lane.Index] = lane.FixedTip;
                advanced++;
            }
        }

        if (advanced == 0)
        {
            _advancedSince = null;
            // An epoch that is to end does not wait for clients.
            return _state.LastSlot is not null && TryPropose(tips);
        }

        _advancedSince ??= context.Now;
        bool underWay = _next - 1 > _state.Decided;
        bool covers = advanced >= _settings.Count - _settings.Validators.MaxFaulty;
        if (underWay && !covers && context.Now < _advancedSince + _settings.CutDelay)
        {
            return false;
        }

        return TryPropose(tips);
    }

    /// <summary>The tips that delivery has reached or that open proposals will reach.</summary>
    private BatchReference[] Covered()
    {
        BatchReference[] tips = [.. front.Lanes.Select(l => l.Frontier)];
        for (long number = _state.Ordered + 1; number < _next; number++)
        {
            foreach (BatchReference tip in slots.Find(number)?.Proposal?.Cut?.Tips ?? [])
            {
                if (tip.IsAfter(tips[tip.Lane]))
                {
                    tips[tip.Lane] = tip;
                }
            }
        }

        return tips;
    }

    private bool TryPropose(BatchReference[] tips)
    {
        if (slots.Open(_next) is not { } slot)
        {
            return false;
        }

        var cut = new Cut(
            context.Chain,
            context.Epoch,
            slot.Number,
            context.Self,
            context.WallClock,
            [.. tips.Where(t => t.Height > 0)],
            _state.View,
            _state.ViewStart);
        var message = new PrePrepare(context.Epoch, _state.View, cut, default);
        message = message with { Signature = context.Sign(message.Statement(context.VotingChain)) };
        slot.Proposal = new Proposal(_state.View, cut.Digest, cut, Carried: false, message);
        slot.OwnPrePrepare = message;
        context.Broadcast(message, context.ProposalTicket);
        _next++;
        _advancedSince = null;
        return true;
    }
}
