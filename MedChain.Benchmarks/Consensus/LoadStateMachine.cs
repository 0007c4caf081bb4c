using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Consensus;

/// <summary>The smallest deterministic state machine: its root chains the numbers of all transactions in their order, with one hash for
/// each block. Tells the client of its validator which transactions are sealed.</summary>
internal sealed class LoadStateMachine(SignatureMode signatures, VerifiedTransactions verified, LoadClient client) : IStateMachine
{
    private static readonly ReadOnlyMemory<byte> Done = new byte[] { 1 };

    private readonly Lock _access = new();
    private readonly Queue<(long Height, List<long> Numbers)> _unsealed = new();
    private long _executed;

    public BlockHeight Height { get; private set; }

    public Digest StateRoot { get; private set; }

    /// <summary>Gets how many transactions were executed.</summary>
    public long Executed => Interlocked.Read(ref _executed);

    public string? Check(ReadOnlyMemory<byte> transaction) => signatures switch
    {
        SignatureMode.Off => null,
        SignatureMode.Once => CheckOnce(transaction),
        _ => TransactionSource.IsSigned(transaction.Span) ? null : "The signature does not verify.",
    };

    public ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        byte[] content = new byte[Digest.Size + (TransactionSource.NumberSize * block.Transactions.Count)];
        StateRoot.CopyTo(content);
        List<long> own = [];
        for (int i = 0; i < block.Transactions.Count; i++)
        {
            long number = TransactionSource.NumberOf(block.Transactions[i].Span);
            BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(Digest.Size + (TransactionSource.NumberSize * i)), number);
            if (client.Owns(number))
            {
                own.Add(number);
            }
        }

        lock (_access)
        {
            _unsealed.Enqueue((block.Height.Value, own));
        }

        Height = block.Height;
        StateRoot = Digest.Of(content);
        Interlocked.Add(ref _executed, block.Transactions.Count);
        var receipts = new ReadOnlyMemory<byte>[block.Transactions.Count];
        Array.Fill(receipts, Done);
        return ValueTask.FromResult(new BlockResult(receipts, StateRoot));
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate)
    {
        List<long> numbers = [];
        lock (_access)
        {
            while (_unsealed.TryPeek(out (long Height, List<long> Numbers) block) && block.Height <= header.Height.Value)
            {
                numbers.AddRange(_unsealed.Dequeue().Numbers);
            }
        }

        foreach (long number in numbers)
        {
            client.OnSealed(number);
        }
    }

    /// <summary>As the ledgers do: the whole transaction is hashed, and found or verified.</summary>
    private string? CheckOnce(ReadOnlyMemory<byte> transaction)
    {
        Digest digest = Digest.Of(transaction.Span);
        if (verified.Contains(digest))
        {
            return null;
        }

        if (!TransactionSource.IsSigned(transaction.Span))
        {
            return "The signature does not verify.";
        }

        verified.Add(digest);
        return null;
    }
}
