using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Asks a peer for one chunk of the state after a block.</summary>
/// <param name="Epoch">The block's epoch.</param>
/// <param name="Block">The block's header hash.</param>
/// <param name="Index">The chunk, from 0.</param>
internal sealed record FetchChunk(long Epoch, Digest Block, int Index) : ConsensusMessage, ICanonical<FetchChunk>
{
    public override MessageKind Kind => MessageKind.FetchChunk;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FetchChunk>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Epoch);
        writer.Write(Block);
        writer.Write((long)Index);
    }

    static FetchChunk ICanonical<FetchChunk>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new FetchChunk(reader.ReadNonNegative(), reader.ReadDigest(), reader.ReadInt32(0, int.MaxValue));
    }
}
