using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Owner to all: the next batch of its lane.</summary>
internal sealed record BatchMessage(Batch Batch) : ConsensusMessage, ICanonical<BatchMessage>
{
    public override MessageKind Kind => MessageKind.Batch;

    public override long Epoch { get; init; } = Batch.Header.Epoch;

    void ICanonical<BatchMessage>.Write(ref CanonicalWriter writer) => writer.Write(Batch.Encoded.Span);

    static BatchMessage ICanonical<BatchMessage>.Read(ref CanonicalReader reader) =>
        new(Batch.Decode(reader.ReadBytes(WireLimits.MaxBatchBytes)));
}
