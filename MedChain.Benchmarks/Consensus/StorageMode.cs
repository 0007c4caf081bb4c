namespace MedChain.Benchmarks.Consensus;

/// <summary>What survives a power loss.</summary>
internal enum StorageMode
{
    /// <summary>Nothing.</summary>
    Memory,

    /// <summary>The log of votes and bodies, which is all that consensus needs before it sends; blocks stay in memory.</summary>
    Log,

    /// <summary>The log and the blocks.</summary>
    Durable,
}
