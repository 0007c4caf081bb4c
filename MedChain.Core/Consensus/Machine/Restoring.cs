using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Puts what the log says back in its place: bodies, own votes as they were sent, certificates and decisions.</summary>
internal sealed class Restoring(RecoveredState recovered, ReplicaState state, FrontPhase front, SlotTable slots)
{
    /// <summary>Where the blocks stand, and what may be done there.</summary>
    public void RestorePlace(bool isMember)
    {
        // Without the state nobody can tell where the epoch ends.
        state.CanVote = recovered is { Damage: null, LacksState: false } && isMember;
        state.LacksState = recovered.LacksState;
        state.First = recovered.First;
        if (recovered.Chosen is { } chosen)
        {
            state.EndAfter(chosen);
        }

        foreach (BatchReference frontier in recovered.Frontier)
        {
            front.Lanes[frontier.Lane].Advance(frontier);
        }
    }

    public void RestoreBatches()
    {
        foreach ((long slot, Batch batch) in recovered.Batches)
        {
            Lane lane = front.Lanes[batch.Header.Lane];
            if (batch.Header.Reference.IsAfter(lane.Frontier))
            {
                LaneEntry entry = lane.Add(batch.Header, batch);
                entry.LoggedSlot = slot;
                entry.IsVotedOn = true; // It may be; only the votes' cuts could tell.
            }
        }
    }

    public void RestoreAcks()
    {
        foreach (FixAck ack in recovered.Acks)
        {
            front.AckLog.Restore(ack);
        }
    }

    public void RestoreVotes()
    {
        foreach ((Vote vote, Cut? cut) in recovered.Prepares)
        {
            if (slots.Open(vote.Slot.Value) is { } slot)
            {
                slot.Prepared = vote;
                slot.AcceptedCut = cut;
                slot.Prepares.Add(vote);
            }
        }

        foreach ((Vote vote, VoteCertificate certificate, Cut? cut) in recovered.Prepared)
        {
            if (slots.Open(vote.Slot.Value) is { } slot)
            {
                slot.Committed = vote;
                slot.PreparedCertificate = certificate;
                slot.PreparedCut = cut;
                slot.Commits.Add(vote);
            }
        }

        foreach ((VoteCertificate certificate, Cut? cut) in recovered.Decisions)
        {
            if (slots.Open(certificate.Slot.Value) is { } slot && !slot.IsDecided)
            {
                slot.Decision = certificate;
                slot.DecidedCut = cut;
                slot.DecisionKnown = true;
            }
        }

        while (slots.Find(state.Decided + 1) is { IsDecided: true })
        {
            state.Decided++;
        }
    }

    /// <summary>A proposal that was voted for in the view still stands after a restart.</summary>
    public void RestoreProposals()
    {
        foreach ((Vote vote, Cut? cut) in recovered.Prepares)
        {
            if (state.Active && vote.View == state.View && slots.Find(vote.Slot.Value) is { } slot)
            {
                slot.Proposal = new Proposal(vote.View, vote.Value, cut, Carried: true);
            }
        }
    }
}
