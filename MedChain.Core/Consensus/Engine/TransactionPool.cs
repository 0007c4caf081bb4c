using System.Collections.Concurrent;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Accepted transactions that are not delivered yet, and the digests of those delivered last: what makes a repeated submission a
/// duplicate. Bounded. Thread safe.</summary>
internal sealed class TransactionPool(CbftLimits limits)
{
    private const int Remembered = 65_536;
    private readonly Lock _access = new();
    private readonly Dictionary<Digest, int> _pending = [];
    private readonly HashSet<Digest> _delivered = [];
    private readonly Queue<Digest> _deliveredOrder = new();
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _incoming = new();
    private long _pendingBytes;

    public (int Count, long Bytes) Pending
    {
        get
        {
            lock (_access)
            {
                return (_pending.Count, _pendingBytes);
            }
        }
    }

    /// <summary>Takes a transaction in.</summary>
    /// <returns><see langword="null"/> when it was taken, else why not.</returns>
    public SubmitResult? TryAdd(ReadOnlyMemory<byte> transaction)
    {
        Digest digest = MerkleTree.HashLeaf(transaction.Span);
        lock (_access)
        {
            if (_pending.ContainsKey(digest) || _delivered.Contains(digest))
            {
                return new SubmitResult.Duplicate();
            }

            if (_pending.Count >= limits.MaxPendingTransactions || _pendingBytes + transaction.Length > limits.MaxPendingBytes)
            {
                return new SubmitResult.Overloaded(limits.ResendInterval);
            }

            _pending.Add(digest, transaction.Length);
            _pendingBytes += transaction.Length;
        }

        _incoming.Enqueue(transaction);
        return null;
    }

    /// <summary>Takes out everything that came in since the last call.</summary>
    public List<ReadOnlyMemory<byte>> TakeIncoming()
    {
        List<ReadOnlyMemory<byte>> taken = [];
        while (taken.Count < limits.MaxPendingTransactions && _incoming.TryDequeue(out ReadOnlyMemory<byte> transaction))
        {
            taken.Add(transaction);
        }

        return taken;
    }

    /// <summary>Notes the leaf hashes of a delivered block's transactions.</summary>
    public void OnDelivered(ReadOnlySpan<Digest> transactions)
    {
        lock (_access)
        {
            foreach (Digest digest in transactions)
            {
                if (_pending.Remove(digest, out int size))
                {
                    _pendingBytes -= size;
                }

                if (_delivered.Add(digest))
                {
                    _deliveredOrder.Enqueue(digest);
                }
            }

            while (_deliveredOrder.Count > Remembered)
            {
                _delivered.Remove(_deliveredOrder.Dequeue());
            }
        }
    }
}
