using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Owner to all: the next batch of its lane.</summary>
internal sealed record BatchMessage(Batch Batch) : ConsensusMessage, ICanonical<BatchMessage>
{
    public override MessageKind Kind => MessageKind.Batch;

    public override long Epoch { get; init; } = Batch.Header.Epoch;

    /// <summary>Decodes a message with the help of batches that were decoded before.</summary>
    /// <exception cref="MalformedDataException">The bytes are no such message.</exception>
    public static BatchMessage Decode(ReadOnlyMemory<byte> encoded, SharedBatches batches)
    {
        var reader = new CanonicalReader(encoded);
        ReadOnlyMemory<byte> batch = reader.ReadBytes(WireLimits.MaxBatchBytes);
        return reader.AtEnd ? new(batches.Decode(batch)) : throw new MalformedDataException("Bytes follow the batch message.");
    }

    void ICanonical<BatchMessage>.Write(ref CanonicalWriter writer) => writer.Write(Batch.Encoded.Span);

    static BatchMessage ICanonical<BatchMessage>.Read(ref CanonicalReader reader) =>
        new(Batch.Decode(reader.ReadBytes(WireLimits.MaxBatchBytes)));
}
