namespace MedChain.Core.Ledger.Accounts;

/// <summary>Where a record is in its life.</summary>
public enum RecordStatus
{
    /// <summary>Stored; too few custodians have said so far that their shares of its key are good. Nothing can be asked of it.</summary>
    Dealt,

    /// <summary>A quorum of custodians keeps its key.</summary>
    Live,

    /// <summary>A custodian has shown that its owner dealt it a wrong share. Nothing can be asked of it; store the content
    /// anew.</summary>
    Rejected,

    /// <summary>Its erasure is ordered; too few custodians have confirmed it so far. Nothing can be asked of it.</summary>
    Erasing,

    /// <summary>A quorum of custodians has signed that its share is destroyed.</summary>
    Erased,

    /// <summary>A later version took its place. It can be asked for by its name, not by its category.</summary>
    Superseded,
}
