using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus;

/// <summary>A stored block, taken apart. Immutable; its bytes are slices of the stored ones.</summary>
public sealed class DecodedBlock
{
    internal DecodedBlock(
        BlockHeader header,
        BlockBody body,
        IReadOnlyList<ReadOnlyMemory<byte>> transactions,
        IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        Header = header;
        Body = body;
        Transactions = transactions;
        Receipts = receipts;
    }

    /// <summary>Gets the header.</summary>
    public BlockHeader Header { get; }

    /// <summary>Gets the transactions, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Transactions { get; }

    /// <summary>Gets the receipts, one for each transaction, in the same order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Receipts { get; }

    /// <summary>Gets the index of the leader whose cut was decided; <see langword="null"/> when the slot was filled without one after a
    /// view change.</summary>
    public int? Proposer => Body.Cut?.Proposer;

    internal BlockBody Body { get; }
}
