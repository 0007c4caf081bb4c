using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The smallest state machine that shows everything that matters: its root chains all transactions in their order.</summary>
internal sealed class ChainingStateMachine : IStateMachine
{
    private readonly Lock _access = new();
    private readonly List<ReadOnlyMemory<byte>> _executed = [];
    private int _checks;

    public BlockHeight Height { get; private set; }

    public Digest StateRoot { get; private set; }

    public long SealedHeight { get; private set; }

    /// <summary>Gets or sets what is mixed into the root, to make a machine that differs from the others.</summary>
    public byte Salt { get; set; }

    public int ExecutedCount
    {
        get
        {
            lock (_access)
            {
                return _executed.Count;
            }
        }
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Executed
    {
        get
        {
            lock (_access)
            {
                return [.. _executed];
            }
        }
    }

    /// <summary>Gets or sets whether it lets everything pass, as that of a liar.</summary>
    public bool AcceptsAll { get; set; }

    /// <summary>Gets how many transactions were checked.</summary>
    public int Checks => Volatile.Read(ref _checks);

    public string? Check(ReadOnlyMemory<byte> transaction)
    {
        Interlocked.Increment(ref _checks);
        return transaction.Span[0] == 0xff && !AcceptsAll ? "A transaction must not start with 0xff." : null;
    }

    public ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        lock (_access)
        {
            var receipts = new ReadOnlyMemory<byte>[block.Transactions.Count];
            Digest root = StateRoot;
            byte[] content = new byte[(2 * Digest.Size) + 1];
            content[^1] = Salt;
            for (int i = 0; i < receipts.Length; i++)
            {
                root.CopyTo(content);
                Digest.Of(block.Transactions[i].Span).CopyTo(content.AsSpan(Digest.Size));
                root = Digest.Of(content);
                receipts[i] = new byte[] { 1 };
            }

            _executed.AddRange(block.Transactions);
            StateRoot = root;
            Height = block.Height;
            return ValueTask.FromResult(new BlockResult(receipts, root));
        }
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate) => SealedHeight = header.Height.Value;
}
