using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What the machine needs no more votes for, as its loop saw it last. A vote that comes later is dropped before its signature is
/// verified: of n votes n − q are never needed. Thread safe.</summary>
internal sealed class SettledVotes
{
    private Point _point = new(0, default, 0);

    /// <summary>Publishes a state.</summary>
    /// <param name="slot">See <see cref="Machine.CbftMachine.SettledSlot"/>.</param>
    /// <param name="view">The current view.</param>
    /// <param name="sealedHeight">Height of the best seal certificate.</param>
    public void Publish(long slot, ViewNumber view, long sealedHeight)
    {
        var point = new Point(slot, view, sealedHeight);
        if (point != _point)
        {
            Volatile.Write(ref _point, point);
        }
    }

    /// <summary>Says whether a message changes nothing any more. Votes of later views than the published one always count.</summary>
    public bool Contains(ConsensusMessage message)
    {
        Point point = Volatile.Read(ref _point);
        return message switch
        {
            Vote vote => vote.Slot.Value <= point.Slot && vote.View <= point.View,
            SealVote seal => seal.Height.Value <= point.Sealed,
            _ => false,
        };
    }

    private sealed record Point(long Slot, ViewNumber View, long Sealed);
}
