using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A fact of one chain that anybody can check who knows the chain's validators, without a network: a header, a path from the fact
/// to a root in the header, and a quorum's seal over the header or over a later one that follows from it.</summary>
/// <param name="Header">The header of the fact's block.</param>
/// <param name="Later">The headers after it, up to the sealed one; none when <paramref name="Header"/> itself is sealed.</param>
/// <param name="Seal">The quorum's signatures over the last header.</param>
/// <param name="Fact">What is proved.</param>
public sealed record ChainProof(BlockHeader Header, ImmutableArray<BlockHeader> Later, SealCertificate Seal, ChainFact Fact)
    : ICanonical<ChainProof>
{
    /// <summary>Most headers between a fact's block and a sealed one.</summary>
    public const int MaxLater = 1_024;

    /// <summary>Gets the header that <see cref="Seal"/> seals.</summary>
    public BlockHeader SealedHeader => Later.IsDefaultOrEmpty ? Header : Later[^1];

    /// <summary>Says whether the fact is on the chain, to somebody who knows the validators of one epoch only.</summary>
    /// <param name="chain">The chain it should be on.</param>
    /// <param name="validators">The chain's validators in the epoch of <see cref="SealedHeader"/>.</param>
    /// <returns><see langword="false"/> for a wrong proof of any form.</returns>
    public bool Verify(ChainId chain, ValidatorSet validators)
    {
        ArgumentNullException.ThrowIfNull(validators);
        return IsLinked(chain) && SealedHeader.Chain == chain && Seal.Verify(SealedHeader, validators);
    }

    /// <summary>Says whether the fact is on the chain.</summary>
    /// <param name="history">The validators of the chain it should be on, from its genesis to the epoch of <see cref="SealedHeader"/> at
    /// least.</param>
    /// <returns><see langword="false"/> for a wrong proof of any form, and for an epoch that the history does not reach.</returns>
    public bool Verify(ValidatorHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return IsLinked(history.Chain) && history.Verify(SealedHeader, Seal);
    }

    private bool IsLinked(ChainId chain)
    {
        if (Header.Chain != chain || Later.IsDefault || Later.Length > MaxLater || !Fact.IsUnder(Header))
        {
            return false;
        }

        BlockHeader last = Header;
        foreach (BlockHeader next in Later)
        {
            if (next.Previous != last.Hash)
            {
                return false;
            }

            last = next;
        }

        return true;
    }

    /// <summary>Encodes the proof for another chain, a file or a message.</summary>
    /// <returns>Canonical bytes.</returns>
    public byte[] ToBytes() => Canonical.Encode(this);

    /// <summary>Reads a proof from bytes of any origin.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="proof">The proof, not yet verified; or <see langword="null"/>.</param>
    /// <returns>Whether the bytes are a canonical proof.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out ChainProof? proof) => Canonical.TryDecode(bytes, out proof, out _);

    void ICanonical<ChainProof>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Header);
        writer.WriteList(Later);
        writer.Write(Seal);
        writer.Write(Fact);
    }

    static ChainProof ICanonical<ChainProof>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ChainProof(
            reader.Read<BlockHeader>(),
            [.. reader.ReadList<BlockHeader>(MaxLater)],
            reader.Read<SealCertificate>(),
            reader.Read<ChainFact>());
    }
}

/// <summary>What a <see cref="ChainProof"/> proves.</summary>
public abstract record ChainFact : ICanonical<ChainFact>
{
    private const int MaxKey = 256;
    private const int MaxValue = 128 * 1024;
    private const int MaxPath = 64;
    private const int MaxItem = 512 * 1024;

    private ChainFact()
    {
    }

    internal abstract bool IsUnder(BlockHeader header);

    void ICanonical<ChainFact>.Write(ref CanonicalWriter writer) => WriteFact(ref writer);

    static ChainFact ICanonical<ChainFact>.Read(ref CanonicalReader reader)
    {
        int count = reader.ReadArrayCount(8);
        int kind = reader.ReadInt32(0, 1);
        return (kind, count) switch
        {
            (0, 4) => new StateEntry(reader.ReadBytes(MaxKey), reader.ReadBytes(MaxValue), reader.Read<StateProof>()),
            (1, 7) => new TransactionEntry(
                reader.ReadNonNegative(),
                reader.ReadNonNegative(),
                reader.ReadBytes(MaxItem),
                reader.ReadDigests(MaxPath),
                reader.ReadBytes(MaxItem),
                reader.ReadDigests(MaxPath)),
            _ => throw new MalformedDataException($"No fact of kind {kind} has {count} fields."),
        };
    }

    private protected abstract void WriteFact(ref CanonicalWriter writer);

    /// <summary>A key had a value in the state after the block.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Path">From the entry to the state root.</param>
    public sealed record StateEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, StateProof Path) : ChainFact
    {
        internal override bool IsUnder(BlockHeader header) => Path.VerifyInclusion(header.StateRoot, Key.Span, Value.Span);

        private protected override void WriteFact(ref CanonicalWriter writer)
        {
            writer.BeginArray(4);
            writer.Write(0L);
            writer.Write(Key.Span);
            writer.Write(Value.Span);
            writer.Write(Path);
        }
    }

    /// <summary>A transaction is in the block, with this receipt.</summary>
    /// <param name="Index">Zero-based place in the block.</param>
    /// <param name="Count">Number of transactions in the block.</param>
    /// <param name="Transaction">The transaction's bytes.</param>
    /// <param name="Path">From the transaction to the transactions root.</param>
    /// <param name="Receipt">The receipt's bytes.</param>
    /// <param name="ReceiptPath">From the receipt to the receipts root.</param>
    public sealed record TransactionEntry(
        long Index,
        long Count,
        ReadOnlyMemory<byte> Transaction,
        ImmutableArray<Digest> Path,
        ReadOnlyMemory<byte> Receipt,
        ImmutableArray<Digest> ReceiptPath) : ChainFact
    {
        internal override bool IsUnder(BlockHeader header) =>
            Index < Count
            && MerkleProof.VerifyInclusion(header.TransactionsRoot, Count, MerkleTree.HashLeaf(Transaction.Span), Index, Path.AsSpan())
            && MerkleProof.VerifyInclusion(header.ReceiptsRoot, Count, MerkleTree.HashLeaf(Receipt.Span), Index, ReceiptPath.AsSpan());

        private protected override void WriteFact(ref CanonicalWriter writer)
        {
            writer.BeginArray(7);
            writer.Write(1L);
            writer.Write(Index);
            writer.Write(Count);
            writer.Write(Transaction.Span);
            writer.WriteDigests(Path);
            writer.Write(Receipt.Span);
            writer.WriteDigests(ReceiptPath);
        }
    }
}
