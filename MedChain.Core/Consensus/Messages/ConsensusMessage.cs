namespace MedChain.Core.Consensus.Messages;

/// <summary>Anything that validators of one chain send one another. Each kind is a type of its own, with one encoding.</summary>
internal abstract record ConsensusMessage
{
    public abstract MessageKind Kind { get; }

    public abstract long Epoch { get; init; }
}
