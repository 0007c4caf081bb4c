using System.Collections.Immutable;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Asks a peer for batches that a cut or a child batch names.</summary>
internal sealed record FetchBatches(long Epoch, ImmutableArray<BatchReference> References) : ConsensusMessage, ICanonical<FetchBatches>
{
    public override MessageKind Kind => MessageKind.FetchBatches;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FetchBatches>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.WriteList(References);
    }

    static FetchBatches ICanonical<FetchBatches>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new FetchBatches(reader.ReadNonNegative(), [.. reader.ReadList<BatchReference>(WireLimits.MaxFetchedBatches)]);
    }
}
