using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>All to all: a Prepare or a Commit.</summary>
/// <param name="Phase">Which of the two.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="View">The view.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Value">Digest of the cut, or of the NULL value.</param>
/// <param name="Validator">The voter.</param>
/// <param name="Signature">Its signature.</param>
internal sealed record Vote(
    VotePhase Phase, long Epoch, ViewNumber View, SlotNumber Slot, Digest Value, int Validator, Signature Signature)
    : ConsensusMessage, ICanonical<Vote>
{
    public override MessageKind Kind => Phase == VotePhase.Prepare ? MessageKind.Prepare : MessageKind.Commit;

    public override long Epoch { get; init; } = Epoch;

    public byte[] Statement(ChainId chain) => new SlotStatement(chain, Epoch, View, Slot, Value).ForVote(Phase);

    void ICanonical<Vote>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write((long)Phase);
        writer.Write(Epoch);
        writer.Write(View);
        writer.Write(Slot);
        writer.Write(Value);
        writer.Write((long)Validator);
        writer.Write(Signature);
    }

    static Vote ICanonical<Vote>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new Vote(
            (VotePhase)reader.ReadInt32((int)VotePhase.Prepare, (int)VotePhase.Commit),
            reader.ReadNonNegative(),
            reader.ReadView(),
            reader.ReadSlot(),
            reader.ReadDigest(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadSignature());
    }
}
