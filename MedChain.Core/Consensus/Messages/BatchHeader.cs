using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What the owner of a lane signs for each batch. Its digest names the batch, and the parent digest makes the lane a
/// chain.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Lane">The owner's index.</param>
/// <param name="Incarnation">The owner's incarnation, from 1.</param>
/// <param name="Height">From 1 in the incarnation.</param>
/// <param name="Parent">Digest of the batch before in the same incarnation; zero at height 1.</param>
/// <param name="Count">Number of transactions, at least 1.</param>
/// <param name="PayloadSize">Length of the encoded transactions in bytes.</param>
/// <param name="PayloadDigest">SHA-256 of the encoded transactions.</param>
internal sealed record BatchHeader(
    ChainId Chain,
    long Epoch,
    int Lane,
    long Incarnation,
    long Height,
    Digest Parent,
    int Count,
    int PayloadSize,
    Digest PayloadDigest) : ICanonical<BatchHeader>
{
    private Digest? _digest;

    public Digest Digest => _digest ??= Digest.Of(Statement());

    public BatchReference Reference => new(Lane, Incarnation, Height, Digest);

    /// <summary>The bytes that the owner signs, and of which <see cref="Digest"/> is the hash.</summary>
    public byte[] Statement() => Canonical.EncodeTagged("medchain/batch/v1", this);

    public bool Equals(BatchHeader? other) => other is not null && Digest == other.Digest;

    public override int GetHashCode() => Digest.GetHashCode();

    void ICanonical<BatchHeader>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(9);
        writer.Write(Chain);
        writer.Write(Epoch);
        writer.Write((long)Lane);
        writer.Write(Incarnation);
        writer.Write(Height);
        writer.Write(Parent);
        writer.Write((long)Count);
        writer.Write((long)PayloadSize);
        writer.Write(PayloadDigest);
    }

    static BatchHeader ICanonical<BatchHeader>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(9);
        return new BatchHeader(
            reader.ReadChainId(),
            reader.ReadNonNegative(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadDigest(),
            reader.ReadInt32(1, WireLimits.MaxBatchTransactions),
            reader.ReadInt32(1, WireLimits.MaxPayloadBytes),
            reader.ReadDigest());
    }
}
