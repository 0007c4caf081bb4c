using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>One answer to <see cref="FetchBatches"/>.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Certificate">Its certificate, when the sender has it.</param>
internal sealed record FetchedBatch(Batch Batch, FixCertificate? Certificate) : ICanonical<FetchedBatch>
{
    void ICanonical<FetchedBatch>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Batch.Encoded.Span);
        writer.WriteOptional(Certificate);
    }

    static FetchedBatch ICanonical<FetchedBatch>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new FetchedBatch(Batch.Decode(reader.ReadBytes(WireLimits.MaxBatchBytes)), reader.ReadOptional<FixCertificate>());
    }
}
