using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Transactions of one lane under the owner's signature. The encoded bytes are kept: they are what is stored and sent on, and they
/// are hashed once.</summary>
internal sealed class Batch
{
    /// <summary>Most bytes that encoding adds to a batch of one transaction.</summary>
    public const int PayloadOverhead = 16;

    /// <summary>Most bytes that encoding adds for each transaction.</summary>
    public const int TransactionOverhead = 5;

    private readonly Lazy<ImmutableArray<Digest>> _leaves;

    private Batch(BatchHeader header, Signature signature, ReadOnlyMemory<byte>[] transactions, ReadOnlyMemory<byte> encoded)
    {
        _leaves = new(() => [.. transactions.Select(t => MerkleTree.HashLeaf(t.Span))]);
        Header = header;
        Signature = signature;
        Transactions = transactions;
        Encoded = encoded;
    }

    public BatchHeader Header { get; }

    /// <summary>Gets the owner's signature over <see cref="BatchHeader.Statement"/>.</summary>
    public Signature Signature { get; }

    /// <summary>Gets the transactions: slices of <see cref="Encoded"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Transactions { get; }

    /// <summary>Gets the Merkle leaf hash of each transaction; computed once, when first asked for.</summary>
    public ImmutableArray<Digest> Leaves => _leaves.Value;

    /// <summary>Gets the canonical bytes: header, signature and the encoded transactions as one binary.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Encodes the transactions as a batch carries them.</summary>
    public static ReadOnlyMemory<byte> EncodePayload(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        int size = 8;
        for (int i = 0; i < transactions.Count; i++)
        {
            size += transactions[i].Length + TransactionOverhead;
        }

        var output = new ArrayBufferWriter<byte>(size);
        var writer = new CanonicalWriter(output);
        writer.BeginArray(transactions.Count);
        for (int i = 0; i < transactions.Count; i++)
        {
            writer.Write(transactions[i].Span);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Puts a batch together; the header must describe the payload.</summary>
    public static Batch Create(BatchHeader header, Signature signature, ReadOnlyMemory<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 384);
        var writer = new CanonicalWriter(output);
        writer.BeginArray(3);
        writer.Write(header);
        writer.Write(signature);
        writer.Write(payload.Span);
        writer.Flush();
        ReadOnlyMemory<byte> encoded = output.WrittenMemory;
        return new Batch(header, signature, DecodePayload(encoded[^payload.Length..], header.Count), encoded);
    }

    /// <summary>Decodes a batch and checks that the header describes the payload; the signature is not checked.</summary>
    /// <exception cref="MalformedDataException">The bytes are no batch.</exception>
    public static Batch Decode(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        reader.BeginArray(3);
        BatchHeader header = reader.Read<BatchHeader>();
        Signature signature = reader.ReadSignature();
        ReadOnlyMemory<byte> payload = reader.ReadBytes(WireLimits.MaxPayloadBytes);
        if (!reader.AtEnd)
        {
            throw new MalformedDataException("Bytes follow the batch.");
        }

        if (payload.Length != header.PayloadSize || Digest.Of(payload.Span) != header.PayloadDigest)
        {
            throw new MalformedDataException("The payload of a batch is not the one its header names.");
        }

        return new Batch(header, signature, DecodePayload(payload, header.Count), encoded);
    }

    /// <summary>Decodes for bytes from outside: anything wrong is <see langword="false"/>.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Batch? batch)
    {
        try
        {
            batch = Decode(encoded);
            return true;
        }
        catch (MalformedDataException)
        {
            batch = null;
            return false;
        }
    }

    private static ReadOnlyMemory<byte>[] DecodePayload(ReadOnlyMemory<byte> payload, int expected)
    {
        var reader = new CanonicalReader(payload);
        int count = reader.ReadArrayCount(WireLimits.MaxBatchTransactions);
        if (count != expected || count > payload.Length)
        {
            throw new MalformedDataException($"A batch of {count} transactions whose header says {expected}.");
        }

        var transactions = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            transactions[i] = reader.ReadBytes(WireLimits.MaxTransactionBytes);
        }

        return reader.AtEnd ? transactions : throw new MalformedDataException("Bytes follow the transactions of a batch.");
    }
}
