using System.Collections.Immutable;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Answers <see cref="FetchBlocks"/> with consecutive blocks; each proves itself by its CommitCert and by digests.</summary>
internal sealed record BlocksData(long Epoch, ImmutableArray<BlockBody> Blocks) : ConsensusMessage, ICanonical<BlocksData>
{
    public override MessageKind Kind => MessageKind.BlocksData;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<BlocksData>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.WriteList(Blocks);
    }

    static BlocksData ICanonical<BlocksData>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new BlocksData(reader.ReadNonNegative(), [.. reader.ReadList<BlockBody>(WireLimits.MaxFetchedBlocks)]);
    }
}
