using System.Collections.Immutable;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Answers <see cref="FetchBatches"/>; each batch proves itself by its digest.</summary>
internal sealed record BatchesData(long Epoch, ImmutableArray<FetchedBatch> Batches) : ConsensusMessage, ICanonical<BatchesData>
{
    public override MessageKind Kind => MessageKind.BatchesData;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<BatchesData>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.WriteList(Batches);
    }

    static BatchesData ICanonical<BatchesData>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new BatchesData(reader.ReadNonNegative(), [.. reader.ReadList<FetchedBatch>(WireLimits.MaxFetchedBatches)]);
    }
}
