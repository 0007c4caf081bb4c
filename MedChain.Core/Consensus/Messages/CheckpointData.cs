using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Answers <see cref="FetchCheckpoint"/>.</summary>
/// <param name="Checkpoint">The block, which proves itself.</param>
/// <param name="Manifest">How the state after it is cut into chunks, which the state machine checks against the header's state
/// root.</param>
internal sealed record CheckpointData(Checkpoint Checkpoint, ReadOnlyMemory<byte> Manifest) : ConsensusMessage, ICanonical<CheckpointData>
{
    public override MessageKind Kind => MessageKind.CheckpointData;

    public override long Epoch { get; init; } = Checkpoint.Header.Epoch;

    void ICanonical<CheckpointData>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Checkpoint);
        writer.Write(Manifest.Span);
    }

    static CheckpointData ICanonical<CheckpointData>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new CheckpointData(reader.Read<Checkpoint>(), reader.ReadBytes(WireLimits.MaxManifestBytes));
    }
}
