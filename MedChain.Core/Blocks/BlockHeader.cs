using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>What a block commits to. It names no view and holds no certificate, so validators that decided in different views build the
/// same header.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Height">Place in the chain, from 1.</param>
/// <param name="Previous">Hash of the header before; zero for height 1.</param>
/// <param name="Cut">Digest of the decided cut, or of the NULL value.</param>
/// <param name="TransactionsRoot">RFC 9162 root over the transactions.</param>
/// <param name="ReceiptsRoot">RFC 9162 root over the receipts, one for each transaction.</param>
/// <param name="StateRoot">Root of the authenticated state after this block.</param>
/// <param name="Ordering">Hash of what ordering carries over to the next block: the last delivered batch of each lane, and who failed to
/// lead. With it a validator can start after this block.</param>
/// <param name="Time">Block time in milliseconds since the Unix epoch; above the time of the block before.</param>
/// <param name="Epoch">The epoch whose validators decided it, from 0.</param>
/// <param name="Validators">Hash of that epoch's validator set.</param>
/// <param name="NextValidators">In the last block of an epoch the hash of the next epoch's validator set; zero in every other
/// block.</param>
public sealed record BlockHeader(
    ChainId Chain,
    BlockHeight Height,
    Digest Previous,
    Digest Cut,
    Digest TransactionsRoot,
    Digest ReceiptsRoot,
    Digest StateRoot,
    Digest Ordering,
    long Time,
    long Epoch,
    Digest Validators,
    Digest NextValidators = default) : ICanonical<BlockHeader>
{
    private KnownHash? _hash;

    /// <summary>Gets the hash of the header: the block's name, and what validators seal.</summary>
    public Digest Hash
    {
        get
        {
            // A copy made by "with" takes the field along, so the hash counts only for the header it was computed from. One reference, so
            // threads see it whole or not at all.
            KnownHash? known = _hash;
            if (known is null || !ReferenceEquals(known.Of, this))
            {
                _hash = known = new KnownHash(this, Canonical.Hash("medchain/header/v1", this));
            }

            return known.Hash;
        }
    }

    /// <summary>Gets whether this is the last block of its epoch.</summary>
    public bool EndsEpoch => !NextValidators.IsZero;

    /// <inheritdoc/>
    public bool Equals(BlockHeader? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();

    void ICanonical<BlockHeader>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(12);
        writer.Write(Chain);
        writer.Write(Height);
        writer.Write(Previous);
        writer.Write(Cut);
        writer.Write(TransactionsRoot);
        writer.Write(ReceiptsRoot);
        writer.Write(StateRoot);
        writer.Write(Ordering);
        writer.Write(Time);
        writer.Write(Epoch);
        writer.Write(Validators);
        writer.Write(NextValidators);
    }

    static BlockHeader ICanonical<BlockHeader>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(12);
        return new BlockHeader(
            reader.ReadChainId(),
            reader.ReadHeight(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadDigest(),
            reader.ReadDigest());
    }

    private sealed class KnownHash(BlockHeader of, Digest hash)
    {
        public BlockHeader Of { get; } = of;

        public Digest Hash { get; } = hash;
    }
}
