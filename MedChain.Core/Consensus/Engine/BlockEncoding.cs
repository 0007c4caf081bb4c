using System.Buffers;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>How blocks are laid out in the store, and the roots that headers carry over their parts.</summary>
internal static class BlockEncoding
{
    private const int MaxReceiptBytes = 16 * 1024 * 1024;

    /// <summary>Reads a stored block's header and body; <see langword="null"/> for one that is not stored.</summary>
    public static (BlockHeader Header, BlockBody Body)? Read(IBlockStore store, BlockHeight height) =>
        store.TryRead(height) is { } block ? (Canonical.Decode<BlockHeader>(block.Header), Canonical.Decode<BlockBody>(block.Body)) : null;

    /// <summary>Reads the stored seal of a block; <see langword="null"/> when there is none.</summary>
    public static SealCertificate? ReadSeal(IBlockStore store, BlockHeight height) =>
        store.TryReadCertificate(height) is { } bytes && Canonical.TryDecode(bytes, out SealCertificate? seal, out _) ? seal : null;

    public static List<ReadOnlyMemory<byte>> TransactionsOf(BlockBody body)
    {
        List<ReadOnlyMemory<byte>> transactions = new(body.Batches.Sum(b => b.Header.Count));
        foreach (Batch batch in body.Batches)
        {
            transactions.AddRange(batch.Transactions);
        }

        return transactions;
    }

    public static Digest[] HashLeaves(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var hashes = new Digest[items.Count];
        for (int i = 0; i < hashes.Length; i++)
        {
            // Most receipts of a block are the same.
            hashes[i] = i > 0 && items[i].Span.SequenceEqual(items[i - 1].Span) ? hashes[i - 1] : MerkleTree.HashLeaf(items[i].Span);
        }

        return hashes;
    }

    public static ReadOnlyMemory<byte> Encode(BlockBody body)
    {
        var output = new ArrayBufferWriter<byte>((int)Math.Min(body.PayloadSize + 4096, WireLimits.MaxBlockBytes));
        var writer = new CanonicalWriter(output);
        writer.Write(body);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> EncodeReceipts(IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new CanonicalWriter(output);
        writer.BeginArray(receipts.Count);
        for (int i = 0; i < receipts.Count; i++)
        {
            writer.Write(receipts[i].Span);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Reads the receipts of a stored block.</summary>
    /// <exception cref="MalformedDataException">The bytes are not what <see cref="EncodeReceipts"/> writes.</exception>
    public static ReadOnlyMemory<byte>[] DecodeReceipts(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        int count = reader.ReadArrayCount(int.MaxValue);
        if (count > bytes.Length)
        {
            throw new MalformedDataException($"{count} receipts in {bytes.Length} bytes.");
        }

        var receipts = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            receipts[i] = reader.ReadBytes(MaxReceiptBytes);
        }

        return reader.AtEnd ? receipts : throw new MalformedDataException("Bytes follow the receipts of a block.");
    }

    /// <summary>The answer to a fetch, made of stored bodies as they are.</summary>
    public static ReadOnlyMemory<byte> EncodeBlocksData(long epoch, IReadOnlyList<ReadOnlyMemory<byte>> bodies)
    {
        var output = new ArrayBufferWriter<byte>(bodies.Sum(b => b.Length) + 64);
        output.Write([Envelope.Version, (byte)MessageKind.BlocksData]);
        var writer = new CanonicalWriter(output);
        writer.BeginArray(2);
        writer.Write(epoch);
        writer.BeginArray(bodies.Count);
        writer.Flush();
        foreach (ReadOnlyMemory<byte> body in bodies)
        {
            output.Write(body.Span);
        }

        return output.WrittenMemory;
    }
}
