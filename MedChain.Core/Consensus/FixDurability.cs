namespace MedChain.Core.Consensus;

/// <summary>What a validator keeps of batches that nobody has voted on yet.</summary>
public enum FixDurability
{
    /// <summary>Batches and acknowledgements stay in memory until a vote names them. A crash of all validators at once loses what was
    /// accepted and not voted on; clients send it again. The default.</summary>
    Voted,

    /// <summary>A batch is durable with its acknowledgement before the acknowledgement counts, and one's own before it leaves. What a
    /// quorum of such validators has acknowledged is ordered also after all of them have crashed, and a restarted one goes on in its lane.
    /// Costs a flush before the three phases begin.</summary>
    Strict,
}
