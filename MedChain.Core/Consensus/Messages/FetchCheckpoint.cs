using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Asks a peer for the latest block after which one can start, without the blocks before it.</summary>
/// <param name="Epoch">The epoch that the asker has come to: the handoffs from its end on are wanted.</param>
/// <param name="Above">A lower or equal block is of no use.</param>
internal sealed record FetchCheckpoint(long Epoch, BlockHeight Above) : ConsensusMessage, ICanonical<FetchCheckpoint>
{
    public override MessageKind Kind => MessageKind.FetchCheckpoint;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FetchCheckpoint>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.Write(Above);
    }

    static FetchCheckpoint ICanonical<FetchCheckpoint>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new FetchCheckpoint(reader.ReadNonNegative(), reader.ReadHeight());
    }
}
