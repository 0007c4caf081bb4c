using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What a leader and the voters sign about a slot: the same fields under different tags.</summary>
internal readonly record struct SlotStatement(ChainId Chain, long Epoch, ViewNumber View, SlotNumber Slot, Digest Value)
    : ICanonical<SlotStatement>
{
    public byte[] ForPrePrepare() => Canonical.EncodeTagged("medchain/pre-prepare/v1", this);

    public byte[] ForVote(VotePhase phase) =>
        Canonical.EncodeTagged(phase == VotePhase.Prepare ? "medchain/prepare/v1" : "medchain/commit/v1", this);

    void ICanonical<SlotStatement>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Chain);
        writer.Write(Epoch);
        writer.Write(View);
        writer.Write(Slot);
        writer.Write(Value);
    }

    static SlotStatement ICanonical<SlotStatement>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new SlotStatement(reader.ReadChainId(), reader.ReadNonNegative(), reader.ReadView(), reader.ReadSlot(), reader.ReadDigest());
    }
}
