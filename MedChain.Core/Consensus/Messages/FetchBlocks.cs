using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Asks a peer for decided blocks.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="From">The first block wanted, from 1.</param>
/// <param name="Count">How many at most, from 1.</param>
internal sealed record FetchBlocks(long Epoch, BlockHeight From, int Count) : ConsensusMessage, ICanonical<FetchBlocks>
{
    public override MessageKind Kind => MessageKind.FetchBlocks;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FetchBlocks>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Epoch);
        writer.Write(From);
        writer.Write((long)Count);
    }

    static FetchBlocks ICanonical<FetchBlocks>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new FetchBlocks(reader.ReadNonNegative(), reader.ReadHeight(), reader.ReadInt32(1, WireLimits.MaxFetchedBlocks));
    }
}
