using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>To the owner of the lane and to the leader: "I hold this batch and its ancestors, and this is the only digest I acknowledge at
/// its place".</summary>
internal sealed record FixAck(long Epoch, BatchReference Reference, int Validator, Signature Signature)
    : ConsensusMessage, ICanonical<FixAck>
{
    public override MessageKind Kind => MessageKind.FixAck;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FixAck>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(Reference);
        writer.Write((long)Validator);
        writer.Write(Signature);
    }

    static FixAck ICanonical<FixAck>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new FixAck(
            reader.ReadNonNegative(),
            reader.Read<BatchReference>(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadSignature());
    }
}
