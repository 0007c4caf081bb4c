using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Names one batch. Also the tip of a lane: the batch and, through parent digests, everything before it.</summary>
/// <param name="Lane">The owner's index.</param>
/// <param name="Incarnation">How often the owner has started; heights start again at 1 in each.</param>
/// <param name="Height">From 1 inside the incarnation; 0 before the first batch.</param>
/// <param name="Digest">Digest of the batch's header; zero at height 0.</param>
internal readonly record struct BatchReference(int Lane, long Incarnation, long Height, Digest Digest) : ICanonical<BatchReference>
{
    /// <summary>The place before a lane's first batch.</summary>
    public static BatchReference Start(int lane) => new(lane, 0, 0, default);

    /// <summary>Says whether this place comes after another of the same lane; digests play no part.</summary>
    public bool IsAfter(BatchReference other) =>
        Incarnation != other.Incarnation ? Incarnation > other.Incarnation : Height > other.Height;

    /// <summary>The bytes that an acknowledging validator signs.</summary>
    public byte[] AckStatement(ChainId chain, long epoch) =>
        Canonical.EncodeTagged("medchain/fix-ack/v1", new Statement(chain, epoch, this));

    void ICanonical<BatchReference>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Lane);
        writer.Write(Incarnation);
        writer.Write(Height);
        writer.Write(Digest);
    }

    static BatchReference ICanonical<BatchReference>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new BatchReference(
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1), reader.ReadNonNegative(), reader.ReadNonNegative(), reader.ReadDigest());
    }

    private readonly record struct Statement(ChainId Chain, long Epoch, BatchReference Reference) : ICanonical<Statement>
    {
        void ICanonical<Statement>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Epoch);
            writer.Write(Reference);
        }

        static Statement ICanonical<Statement>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new Statement(reader.ReadChainId(), reader.ReadNonNegative(), reader.Read<BatchReference>());
        }
    }
}
