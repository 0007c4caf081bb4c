using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Leader to all: the proposal of a cut for a slot in a view.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="View">The view.</param>
/// <param name="Cut">The cut; its slot is the proposal's slot.</param>
/// <param name="Signature">The leader's, over view, slot and the cut's digest.</param>
internal sealed record PrePrepare(long Epoch, ViewNumber View, Cut Cut, Signature Signature) : ConsensusMessage, ICanonical<PrePrepare>
{
    public override MessageKind Kind => MessageKind.PrePrepare;

    public override long Epoch { get; init; } = Epoch;

    public byte[] Statement(ChainId chain) => new SlotStatement(chain, Epoch, View, Cut.Slot, Cut.Digest).ForPrePrepare();

    void ICanonical<PrePrepare>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(View);
        writer.Write(Cut);
        writer.Write(Signature);
    }

    static PrePrepare ICanonical<PrePrepare>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new PrePrepare(reader.ReadNonNegative(), reader.ReadView(), reader.Read<Cut>(), reader.ReadSignature());
    }
}
