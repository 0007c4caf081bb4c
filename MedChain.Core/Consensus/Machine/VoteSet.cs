using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The votes of one phase for one slot: of each validator the one of its highest view, so the size is bounded whatever peers
/// send.</summary>
internal sealed class VoteSet(int validators)
{
    private readonly Vote?[] _votes = new Vote?[validators];

    public Vote? Of(int validator) => _votes[validator];

    /// <summary>Adds a vote.</summary>
    /// <returns>The earlier vote that it contradicts: same view, another value. Only the first of two such votes counts.</returns>
    public Vote? Add(Vote vote)
    {
        if (_votes[vote.Validator] is { } earlier && vote.View <= earlier.View)
        {
            return vote.View == earlier.View && vote.Value != earlier.Value ? earlier : null;
        }

        _votes[vote.Validator] = vote;
        return null;
    }

    /// <summary>How many validators voted in a view or a later one, for whatever value.</summary>
    public int CountFrom(ViewNumber view)
    {
        int count = 0;
        foreach (Vote? vote in _votes)
        {
            count += vote?.View >= view ? 1 : 0;
        }

        return count;
    }

    public int Count(ViewNumber view, Digest value)
    {
        int count = 0;
        foreach (Vote? vote in _votes)
        {
            count += vote is not null && vote.View == view && vote.Value == value ? 1 : 0;
        }

        return count;
    }

    /// <summary>Makes the certificate of the votes for one value in one view.</summary>
    public VoteCertificate Certify(VotePhase phase, long epoch, ViewNumber view, SlotNumber slot, Digest value) => new(
        phase,
        epoch,
        view,
        slot,
        value,
        [.. _votes.Where(v => v?.View == view && v.Value == value).Select(v => new ValidatorSignature(v!.Validator, v.Signature))]);
}
