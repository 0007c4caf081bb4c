using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus;

/// <summary>Takes stored blocks apart.</summary>
public static class BlockReader
{
    /// <summary>Decodes a stored block and checks that its parts belong together: header hash and height, and the roots over transactions
    /// and receipts. Certificates are not checked: see <see cref="ChainVerifier"/>.</summary>
    /// <param name="stored">The block as a store gives it.</param>
    /// <param name="block">The block, or <see langword="null"/>.</param>
    /// <param name="problem">What is wrong, or <see langword="null"/>.</param>
    /// <returns>Whether the block is whole.</returns>
    public static bool TryRead(StoredBlock stored, [NotNullWhen(true)] out DecodedBlock? block, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(stored);
        block = null;
        if (!Canonical.TryDecode(stored.Header, out BlockHeader? header, out problem)
            || !Canonical.TryDecode(stored.Body, out BlockBody? body, out problem)
            || !TryDecodeReceipts(stored.Receipts, out ReadOnlyMemory<byte>[]? receipts, out problem))
        {
            return false;
        }

        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(body);
        problem = FindProblem(stored, header, transactions, receipts);
        if (problem is not null)
        {
            return false;
        }

        block = new DecodedBlock(header, body, transactions, receipts);
        return true;
    }

    /// <summary>Decodes a stored block that must be whole.</summary>
    /// <param name="stored">The block as a store gives it.</param>
    /// <returns>The block.</returns>
    /// <exception cref="StorageException">It is not whole.</exception>
    public static DecodedBlock Read(StoredBlock stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return TryRead(stored, out DecodedBlock? block, out string? problem)
            ? block
            : throw new StorageException(StorageFault.Corrupt, $"Block {stored.Height} is damaged: {problem}");
    }

    private static string? FindProblem(
        StoredBlock stored, BlockHeader header, List<ReadOnlyMemory<byte>> transactions, ReadOnlyMemory<byte>[] receipts)
    {
        if (header.Hash != stored.HeaderHash)
        {
            return $"the header hashes to {header.Hash}, not to {stored.HeaderHash}.";
        }

        if (header.Height != stored.Height)
        {
            return $"the header says height {header.Height}.";
        }

        if (receipts.Length != transactions.Count)
        {
            return $"it has {transactions.Count} transactions but {receipts.Length} receipts.";
        }

        if (MerkleTree.Root(BlockEncoding.HashLeaves(transactions)) != header.TransactionsRoot)
        {
            return "the transactions are not those of the header's root.";
        }

        return MerkleTree.Root(BlockEncoding.HashLeaves(receipts)) == header.ReceiptsRoot
            ? null
            : "the receipts are not those of the header's root.";
    }

    private static bool TryDecodeReceipts(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ReadOnlyMemory<byte>[]? receipts, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            receipts = BlockEncoding.DecodeReceipts(bytes);
            problem = null;
            return true;
        }
        catch (MalformedDataException e)
        {
            receipts = null;
            problem = e.Message;
            return false;
        }
    }
}
