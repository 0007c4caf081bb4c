using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Where one validator is. A snapshot: its numbers were all true at one moment.</summary>
/// <param name="View">The view it is in, or wants to enter.</param>
/// <param name="Active">Whether it has entered that view.</param>
/// <param name="Leader">The index of that view's leader.</param>
/// <param name="CanVote">Whether it votes; a validator whose log was damaged or lost only follows.</param>
/// <param name="Decided">The last slot up to which all are decided here.</param>
/// <param name="Delivered">The last block that is executed and stored here.</param>
/// <param name="Sealed">The highest block that a quorum is known to have sealed.</param>
/// <param name="PendingTransactions">Accepted transactions that are not delivered yet.</param>
/// <param name="PendingBytes">Their bytes.</param>
/// <param name="DroppedMessages">Messages from peers that were dropped because too many waited, since the start.</param>
/// <param name="RefusedMessages">Messages from peers that were malformed or badly signed, since the start.</param>
/// <param name="EvidenceCount">Contradictions of validators reported, since the start.</param>
/// <param name="Epoch">The epoch it is in.</param>
/// <param name="IsValidator">Whether it is one of that epoch's validators; else it follows the chain without a vote.</param>
public sealed record CbftStatus(
    ViewNumber View,
    bool Active,
    int Leader,
    bool CanVote,
    SlotNumber Decided,
    BlockHeight Delivered,
    BlockHeight Sealed,
    int PendingTransactions,
    long PendingBytes,
    long DroppedMessages,
    long RefusedMessages,
    long EvidenceCount,
    long Epoch,
    bool IsValidator)
{
    /// <summary>Gets the peers that say they work with another validator set than this validator, at most one entry for each: they were
    /// configured differently. Empty when all agree.</summary>
    public ImmutableArray<PeerMismatch> Mismatches { get; init; } = [];
}
