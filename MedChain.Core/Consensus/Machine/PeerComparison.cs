using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Which peers say that they work with another validator set. At most as many as there are peers with a place; of those who come
/// later nothing is remembered.</summary>
internal sealed class PeerComparison
{
    /// <summary>Gets the peers whose last Status differed, in the order in which they were found.</summary>
    public ImmutableArray<PeerMismatch> Mismatches { get; private set; } = [];

    /// <summary>Looks at what a peer says.</summary>
    /// <param name="from">The peer.</param>
    /// <param name="status">Its Status.</param>
    /// <param name="history">The epochs known here; of others nothing can be said.</param>
    public void Compare(PublicKey from, Status status, ValidatorHistory history)
    {
        if (history.Find(status.Epoch)?.Validators.Hash is not { } expected)
        {
            return;
        }

        int known = Mismatches.IndexOf(Mismatches.FirstOrDefault(m => m.Peer == from)!);
        if (status.Validators == expected)
        {
            Mismatches = known < 0 ? Mismatches : Mismatches.RemoveAt(known);
            return;
        }

        var mismatch = new PeerMismatch(from, status.Epoch, status.Validators, expected);
        if (known >= 0)
        {
            Mismatches = Mismatches[known] == mismatch ? Mismatches : Mismatches.SetItem(known, mismatch);
        }
        else if (Mismatches.Length < ValidatorSet.MaxCount + MachineSettings.MaxGuests)
        {
            Mismatches = Mismatches.Add(mismatch);
        }
    }
}
