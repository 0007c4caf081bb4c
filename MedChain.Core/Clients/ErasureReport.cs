using System.Collections.Immutable;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>How far an erasure is. It is deletion evidence: custodians have signed that they destroyed what they kept. That no copy of the
/// content exists anywhere is not said, and cannot be.</summary>
/// <param name="Order">The order; on the chain under this name.</param>
/// <param name="Ordered">Block time of the order.</param>
/// <param name="Deadline">Block time after which custodians that have not confirmed are overdue.</param>
/// <param name="Records">One for each record that the order caught.</param>
public sealed record ErasureReport(Digest Order, DateTimeOffset Ordered, DateTimeOffset Deadline, ImmutableArray<ErasedRecord> Records)
{
    /// <summary>Gets whether a quorum of custodians has confirmed for every record.</summary>
    public bool IsErased => Records.All(r => r.Status == RecordStatus.Erased);
}

/// <summary>One record of an erasure.</summary>
/// <param name="Record">The record.</param>
/// <param name="Status">Erasing, or erased with a quorum of receipts: then fewer shares are left than restore the key, as long as at most f
/// custodians lie.</param>
/// <param name="Confirmed">Operator keys of the custodians that signed that their share is destroyed.</param>
/// <param name="Silent">Operator keys of those that did not yet.</param>
/// <param name="IsOverdue">Whether there are silent ones, and block time is past the deadline.</param>
/// <param name="Proof">That the chain's state says who has confirmed, sealed by a quorum at the time in its header; <see langword="null"/>
/// before the first seal that this process saw.</param>
public sealed record ErasedRecord(
    Digest Record,
    RecordStatus Status,
    ImmutableArray<PublicKey> Confirmed,
    ImmutableArray<PublicKey> Silent,
    bool IsOverdue,
    ChainProof? Proof);
