namespace MedChain.Core.Consensus.Machine;

/// <summary>Kinds of records in the consensus log. Numbers never change their meaning.</summary>
internal enum RecordKind : byte
{
    None = 0,

    /// <summary>Pinned. The incarnation of the own lane, and whether all its batches are in the log before they leave.</summary>
    Incarnation = 1,

    /// <summary>Pinned. The own ViewChange as sent: the promise to vote in no lower view.</summary>
    ViewChange = 2,

    /// <summary>Pinned. The NewView that was entered.</summary>
    NewView = 3,

    /// <summary>Pinned. The best seal certificate: the base of the acceptance window.</summary>
    Base = 4,

    /// <summary>A batch that a vote newly orders.</summary>
    Batch = 5,

    /// <summary>The own Prepare as sent, with the cut.</summary>
    Prepare = 6,

    /// <summary>A PreparedCert with the cut, and the own Commit as sent.</summary>
    Prepared = 7,

    /// <summary>A CommitCert with the cut.</summary>
    Decided = 8,

    /// <summary>The own Seal as sent.</summary>
    Seal = 9,

    /// <summary>Pinned. The handoff certificate that ended the epoch before: nothing in older epochs is signed any more.</summary>
    Handoff = 10,

    /// <summary>The own acknowledgement as sent, after its batch; only where acknowledgements are durable.</summary>
    Ack = 11,
}
