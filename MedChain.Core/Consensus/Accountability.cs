using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Finds who lied, after more validators were faulty than the chain can bear: collects what they signed and compares all of
/// it.</summary>
/// <remarks>Two decisions of different values for a slot name at least f + 1. In one view: two quorums of Prepares share 2q − n ≥ f + 1
/// signers, and each signed both. In views v and w above it: take the NewView of the lowest view above v that assigned another value to
/// the slot; at least 2q − n ≥ f + 1 of its senders had sent a Commit in v, and none of them may have kept quiet about it.</remarks>
internal sealed class Accountability(ChainId chain, ValidatorSet validators)
{
    private readonly Dictionary<(int Signer, VotePhase Phase, long View, long Slot), Vote> _votes = [];
    private readonly Dictionary<(int Signer, long View), ViewChange> _changes = [];
    private readonly Dictionary<long, NewView> _newViews = [];
    private readonly SortedDictionary<int, Evidence> _found = [];

    /// <summary>Gets one proof for each validator found, by index.</summary>
    public IReadOnlyDictionary<int, Evidence> Found => _found;

    /// <summary>Takes the votes of a certificate; its signatures are verified.</summary>
    public void Add(VoteCertificate certificate)
    {
        foreach (ValidatorSignature signature in certificate.Signatures)
        {
            var vote = new Vote(
                certificate.Phase,
                certificate.Epoch,
                certificate.View,
                certificate.Slot,
                certificate.Value,
                signature.Validator,
                signature.Signature);
            (int, VotePhase, long, long) place = (vote.Validator, vote.Phase, vote.View.Value, vote.Slot.Value);
            if (!_votes.TryAdd(place, vote))
            {
                Accuse(_votes[place], vote);
            }

            foreach (ViewChange change in _changes.Values.Where(c => c.Validator == vote.Validator))
            {
                Accuse(vote, change);
            }
        }
    }

    /// <summary>Takes a ViewChange and the certificates in it; it is verified.</summary>
    public void Add(ViewChange change)
    {
        if (!_changes.TryAdd((change.Validator, change.NewView.Value), change))
        {
            Accuse(_changes[(change.Validator, change.NewView.Value)], change);
        }

        foreach (Vote vote in _votes.Values.Where(v => v.Validator == change.Validator))
        {
            Accuse(vote, change);
        }

        foreach (VoteCertificate prepared in change.Entries.Select(e => e.Prepared).OfType<VoteCertificate>())
        {
            Add(prepared);
        }
    }

    /// <summary>Takes a NewView and the ViewChanges in it; it is verified.</summary>
    public void Add(NewView newView)
    {
        if (!_newViews.TryAdd(newView.View.Value, newView))
        {
            Accuse(_newViews[newView.View.Value], newView);
        }

        foreach (ViewChange change in newView.ViewChanges)
        {
            Add(change);
        }
    }

    private void Accuse(ConsensusMessage first, ConsensusMessage second)
    {
        if (Evidence.Of(first, second, chain, validators) is { } evidence)
        {
            _found.TryAdd(evidence.Validator, evidence);
        }
    }
}
