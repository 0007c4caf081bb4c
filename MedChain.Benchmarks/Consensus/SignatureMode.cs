namespace MedChain.Benchmarks.Consensus;

/// <summary>What the state machine checks of a transaction before it may be ordered.</summary>
internal enum SignatureMode
{
    /// <summary>Nothing: what consensus alone costs.</summary>
    Off,

    /// <summary>Every validator verifies the client's signature, as validators of different owners do.</summary>
    Each,

    /// <summary>Of each batch a quorum of validators verifies the clients' signatures, and the others rely on its certificate.</summary>
    Vouched,

    /// <summary>The process verifies the client's signature once, as the ledgers of one network in one process do.</summary>
    Once,
}
