using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>PBFT's three phases for every open slot: accepts proposals, votes, and decides.</summary>
/// <remarks>Each vote is handed to the log before it is sent, and the log keeps its order; so whatever this class concludes from its own
/// votes reaches the disk after them, and it may count them at once.</remarks>
internal sealed class Voting(MachineContext context, SlotTable slots, Delivery delivery)
{
    private readonly MachineSettings _settings = context.Settings;
    private readonly ReplicaState _state = context.State;

    /// <summary>Gets or sets whether the leader of the current view was caught: the view must end at once.</summary>
    public bool LeaderIsFaulty { get; set; }

    public void OnPrePrepare(PrePrepare message)
    {
        int proposer = message.Cut.Proposer;
        if (message.View < _state.View || proposer >= _settings.Count || slots.Open(message.Cut.Slot.Value) is not { } slot)
        {
            return;
        }

        if (message.View == _state.View && _state.Active && context.LeaderOf(slot.Number.Value) is { } leader)
        {
            if (leader == proposer)
            {
                Accept(slot, message);
            }
        }
        else if (slot.Early[proposer] is not { } early || early.View < _state.View || message.View < early.View)
        {
            // The nearest view is kept: a proposal for a view far ahead must not displace one that is due before.
            slot.Early[proposer] = message;
            slot.HasEarly = true;
        }
    }

    /// <summary>Takes up proposals that came before their view was entered or before their leader was known.</summary>
    public void TakeEarlyProposals()
    {
        foreach (Slot slot in slots.All)
        {
            if (!slot.HasEarly || context.LeaderOf(slot.Number.Value) is not { } leader)
            {
                continue;
            }

            slot.HasEarly = false;
            for (int i = 0; i < slot.Early.Length; i++)
            {
                if (slot.Early[i] is { } early && early.View > _state.View)
                {
                    slot.HasEarly = true;
                }
                else if (slot.Early[i] is { } due)
                {
                    slot.Early[i] = null;
                    if (due.View == _state.View && i == leader)
                    {
                        Accept(slot, due);
                    }
                }
            }
        }
    }

    public void OnVote(Vote vote)
    {
        if (slots.Open(vote.Slot.Value) is not { } slot)
        {
            return;
        }

        VoteSet votes = vote.Phase == VotePhase.Prepare ? slot.Prepares : slot.Commits;
        if (votes.Add(vote) is { } earlier)
        {
            context.Report(earlier, vote);
        }
        else
        {
            TryDecide(slot, vote);
        }
    }

    /// <summary>Votes wherever a vote has become possible.</summary>
    public void CastVotes()
    {
        if (_state.Active)
        {
            TakeEarlyProposals();
        }

        if (!_state.Active || !_state.CanVote)
        {
            return;
        }

        foreach (Slot slot in slots.All)
        {
            if (slot.Proposal is { } proposal && proposal.View == _state.View && InWindow(slot))
            {
                TryPrepare(slot, proposal);
                TryCommit(slot, proposal);
            }
        }
    }

    /// <summary>Takes a decision; its certificate is verified.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="certificate">The CommitCert.</param>
    /// <param name="cut">The cut that came with it, if one did.</param>
    public void Decide(Slot slot, VoteCertificate certificate, Cut? cut)
    {
        slot.Decision ??= certificate;
        if (slot.Decision.Value != certificate.Value)
        {
            context.Halt($"Two values were decided for slot {slot.Number}: more validators are faulty than the chain can bear.");
            return;
        }

        if (!slot.DecisionKnown && TryFindCut(slot, cut, out Cut? decided))
        {
            slot.DecidedCut = decided;
            slot.DecisionKnown = true;
            slot.DecidedTicket = context.Persist(
                slot.Number, RecordKind.Decided, Canonical.Encode(new SlotRecord(default, slot.Decision, decided)));
        }

        while (slots.Find(_state.Decided + 1) is { IsDecided: true })
        {
            _state.Decided++;
        }
    }

    /// <summary>Sends again the own votes and, as leader, the own proposals of slots that peers may still need. Votes of older views are of
    /// no use once a view is entered: it chose the values of its open slots anew.</summary>
    public void Resend()
    {
        foreach (Slot slot in slots.All)
        {
            if (slot.Number.Value <= _state.BaseHeight)
            {
                continue;
            }

            if (slot.OwnPrePrepare is { } proposal && proposal.View == _state.View)
            {
                context.Broadcast(proposal, context.ProposalTicket);
            }

            if (slot.Prepared is { } prepared && IsUseful(prepared))
            {
                context.Broadcast(prepared, slot.PreparedTicket);
            }

            if (slot.Committed is { } committed && IsUseful(committed))
            {
                context.Broadcast(committed, slot.CommittedTicket);
            }
        }
    }

    private void Accept(Slot slot, PrePrepare message)
    {
        Cut cut = message.Cut;
        if (slot.Proposal is { } proposal && proposal.View == message.View)
        {
            if (proposal.Value != cut.Digest)
            {
                LeaderIsFaulty = true;
                if (proposal.Message is { } first)
                {
                    context.Report(first, message);
                }
            }

            return;
        }

        bool proper = cut.Chain == context.Chain
            && cut.Epoch == context.Epoch
            && cut.View == message.View
            && cut.Start == _state.ViewStart
            && cut.Slot.Value > cut.Start
            && (cut.Tips.IsEmpty || cut.Tips[^1].Lane < _settings.Count);
        if (!proper)
        {
            LeaderIsFaulty = true;
            return;
        }

        // Clocks that differ are no proof of malice: the proposal comes again, and if the drift stays the slot's timer ends the view.
        if (Math.Abs(cut.ProposedAt - context.WallClock) > _settings.MaxClockDrift)
        {
            return;
        }

        slot.Proposal = new Proposal(message.View, cut.Digest, cut, Carried: false, message);
        if (slot.Decision is { } decision)
        {
            Decide(slot, decision, cut);
        }
    }

    private bool IsUseful(Vote vote) => vote.View == _state.View || !_state.Active;

    private bool InWindow(Slot slot) =>
        slot.Number.Value > _state.BaseHeight
        && slot.Number.Value <= Math.Min(_state.BaseHeight, _state.Ordered) + (2 * _settings.Window);

    private void TryPrepare(Slot slot, Proposal proposal)
    {
        // A cut without a tip fills an epoch's last slots; before, it would be a leader that keeps its validators busy with nothing.
        bool fills = proposal.Cut is { Tips.IsEmpty: true };
        if (slot.Prepared?.View == proposal.View
            || !_state.IsInEpoch(slot.Number.Value)
            || (fills && _state.LastSlot is null)
            || !delivery.TryLogBodies(slot, proposal))
        {
            return;
        }

        Vote vote = Sign(VotePhase.Prepare, slot, proposal);
        slot.Prepared = vote;
        slot.AcceptedCut = proposal.Cut;
        slot.PreparedTicket = context.Persist(
            slot.Number, RecordKind.Prepare, Canonical.Encode(new SlotRecord(Envelope.Encode(vote), null, proposal.Cut)));
        context.Broadcast(vote, slot.PreparedTicket);
        slot.Prepares.Add(vote);
        TryDecide(slot, vote);
    }

    /// <summary>A quorum of Prepares commits, also without the bodies: a quorum holds them durably.</summary>
    private void TryCommit(Slot slot, Proposal proposal)
    {
        if (slot.PreparedCertificate?.View == proposal.View || slot.Prepares.Count(proposal.View, proposal.Value) < _settings.Quorum)
        {
            return;
        }

        Vote vote = Sign(VotePhase.Commit, slot, proposal);
        slot.PreparedCertificate = slot.Prepares.Certify(VotePhase.Prepare, context.Epoch, proposal.View, slot.Number, proposal.Value);
        slot.PreparedCut = proposal.Cut;
        slot.Committed = vote;
        // Persist before commit: a ViewChange after a restart must show this certificate, or the decision could be forgotten.
        long ticket = context.Persist(
            slot.Number,
            RecordKind.Prepared,
            Canonical.Encode(new SlotRecord(Envelope.Encode(vote), slot.PreparedCertificate, proposal.Cut)));
        slot.CommittedTicket = _settings.PersistBeforeCommit ? ticket : 0;
        context.Broadcast(vote, slot.CommittedTicket);
        slot.Commits.Add(vote);
        TryDecide(slot, vote);
    }

    /// <summary>Decides on a quorum's Commits or, on the fast path, on everybody's Prepares. Nobody waits for the latter: the Commit went
    /// out at a quorum.</summary>
    private void TryDecide(Slot slot, Vote vote)
    {
        bool fast = vote.Phase == VotePhase.Prepare;
        if (slot.IsDecided || (fast && !_settings.Validators.Rules.FastPath))
        {
            return;
        }

        VoteSet votes = fast ? slot.Prepares : slot.Commits;
        if (votes.Count(vote.View, vote.Value) >= (fast ? _settings.Count : _settings.Quorum))
        {
            Decide(slot, votes.Certify(vote.Phase, context.Epoch, vote.View, slot.Number, vote.Value), cut: null);
        }
    }

    private bool TryFindCut(Slot slot, Cut? offered, out Cut? cut)
    {
        Digest value = slot.Decision!.Value;
        cut = null;
        if (value == Cut.NullDigest(context.Chain, context.Epoch, slot.Number))
        {
            return true;
        }

        cut = offered?.Digest == value ? offered
            : slot.Proposal?.Value == value ? slot.Proposal.Cut
            : slot.PreparedCertificate?.Value == value ? slot.PreparedCut
            : Array.Find(slot.Early, e => e?.Cut.Digest == value)?.Cut;
        return cut is not null;
    }

    private Vote Sign(VotePhase phase, Slot slot, Proposal proposal)
    {
        var vote = new Vote(phase, context.Epoch, proposal.View, slot.Number, proposal.Value, context.Self, default);
        return vote with { Signature = context.Sign(vote.Statement(context.VotingChain)) };
    }
}
