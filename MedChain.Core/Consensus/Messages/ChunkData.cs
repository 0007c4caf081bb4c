using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Answers <see cref="FetchChunk"/>.</summary>
/// <param name="Epoch">As asked.</param>
/// <param name="Block">As asked.</param>
/// <param name="Index">As asked.</param>
/// <param name="Bytes">The chunk, which the state machine checks; empty when the peer does not hold this state.</param>
internal sealed record ChunkData(long Epoch, Digest Block, int Index, ReadOnlyMemory<byte> Bytes) : ConsensusMessage, ICanonical<ChunkData>
{
    public override MessageKind Kind => MessageKind.ChunkData;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<ChunkData>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(Block);
        writer.Write((long)Index);
        writer.Write(Bytes.Span);
    }

    static ChunkData ICanonical<ChunkData>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ChunkData(
            reader.ReadNonNegative(), reader.ReadDigest(), reader.ReadInt32(0, int.MaxValue), reader.ReadBytes(WireLimits.MaxChunkBytes));
    }
}
