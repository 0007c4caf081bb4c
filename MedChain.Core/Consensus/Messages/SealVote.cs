using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>All to all: "this block is executed and stored here".</summary>
internal sealed record SealVote(long Epoch, BlockHeight Height, Digest HeaderHash, int Validator, Signature Signature)
    : ConsensusMessage, ICanonical<SealVote>
{
    public override MessageKind Kind => MessageKind.Seal;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<SealVote>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Epoch);
        writer.Write(Height);
        writer.Write(HeaderHash);
        writer.Write((long)Validator);
        writer.Write(Signature);
    }

    static SealVote ICanonical<SealVote>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new SealVote(
            reader.ReadNonNegative(),
            reader.ReadHeight(),
            reader.ReadDigest(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadSignature());
    }
}
