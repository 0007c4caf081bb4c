using System.Collections.Concurrent;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Accepted transactions that are not delivered yet, and the digests of those delivered last: what makes a repeated submission a
/// duplicate. Bounded in all and for each client. Thread safe.</summary>
internal sealed class TransactionPool(CbftLimits limits, TimeProvider time, EngineTelemetry? telemetry = null)
{
    private const int Remembered = 65_536;

    /// <summary>The part of what waits that must be delivered before trying again makes sense.</summary>
    private const int RetryPart = 16;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _access = new();
    private readonly Dictionary<Digest, Pending> _pending = [];
    private readonly ClientShares _clients = new(limits);
    private readonly BackupTransactions _backups = new(limits, time);
    private readonly DrainRate _drained = new(time);
    private readonly HashSet<Digest> _delivered = [];
    private readonly Queue<Digest> _deliveredOrder = new();
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _incoming = new();
    private long _pendingBytes;

    public (int Count, long Bytes) PendingSize
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
    /// <param name="transaction">Its bytes.</param>
    /// <param name="client">Who sent it; <see langword="null"/> when the state machine names no clients.</param>
    /// <param name="isBackup">Whether another validator is expected to order it. One that was seen in another's lane is held back in any
    /// case.</param>
    /// <returns><see langword="null"/> when it was taken, else why not.</returns>
    public SubmitResult? TryAdd(ReadOnlyMemory<byte> transaction, Digest? client, bool isBackup = false)
    {
        Digest digest = MerkleTree.HashLeaf(transaction.Span);
        lock (_access)
        {
            if (_delivered.Contains(digest))
            {
                return new SubmitResult.Duplicate();
            }

            if (_pending.ContainsKey(digest))
            {
                // Asked again to order what it holds as a backup: its home did not do it.
                if (isBackup || _backups.WasSeen(digest) || !_backups.Remove(digest, out ReadOnlyMemory<byte> held))
                {
                    return new SubmitResult.Duplicate();
                }

                _incoming.Enqueue(held);
                return null;
            }

            if (_pending.Count >= limits.MaxPendingTransactions
                || _pendingBytes + transaction.Length > limits.MaxPendingBytes
                || (client is { } name && !_clients.HasRoom(name, transaction.Length)))
            {
                return new SubmitResult.Overloaded(RetryAfter());
            }

            _pending.Add(digest, new Pending(transaction.Length, client, telemetry?.StartTransaction()));
            _pendingBytes += transaction.Length;
            if (client is { } added)
            {
                _clients.Add(added, transaction.Length);
            }

            if (isBackup || _backups.WasSeen(digest))
            {
                _backups.Hold(digest, transaction);
                return null;
            }
        }

        _incoming.Enqueue(transaction);
        return null;
    }

    /// <summary>Notes the leaf hashes of a valid batch in another validator's lane: this validator does not order them a second
    /// time.</summary>
    public void OnSeen(ReadOnlySpan<Digest> transactions)
    {
        lock (_access)
        {
            _backups.OnSeen(transactions);
        }
    }

    /// <summary>Takes out everything that came in since the last call, and the backups that are due.</summary>
    public List<ReadOnlyMemory<byte>> TakeIncoming()
    {
        List<ReadOnlyMemory<byte>> taken = [];
        lock (_access)
        {
            _backups.TakeDue(taken);
        }

        while (taken.Count < limits.MaxPendingTransactions && _incoming.TryDequeue(out ReadOnlyMemory<byte> transaction))
        {
            taken.Add(transaction);
        }

        return taken;
    }

    /// <summary>Notes the leaf hashes of a delivered block's transactions.</summary>
    public void OnDelivered(ReadOnlySpan<Digest> transactions)
    {
        List<TransactionTrace>? traces = null;
        lock (_access)
        {
            int removed = 0;
            _backups.OnDelivered(transactions);
            foreach (Digest digest in transactions)
            {
                if (_pending.Remove(digest, out Pending pending))
                {
                    removed++;
                    _pendingBytes -= pending.Size;
                    if (pending.Trace is { } trace)
                    {
                        (traces ??= []).Add(trace);
                    }

                    if (pending.Client is { } client)
                    {
                        _clients.Remove(client, pending.Size);
                    }
                }

                if (_delivered.Add(digest))
                {
                    _deliveredOrder.Enqueue(digest);
                }
            }

            _drained.Record(removed);
            while (_deliveredOrder.Count > Remembered)
            {
                _delivered.Remove(_deliveredOrder.Dequeue());
            }
        }

        // Outside the lock: listeners are the host's code.
        traces?.ForEach(t => telemetry!.OnDelivered(t));
    }

    /// <summary>This validator orders nothing any more: what waits goes to others, or is sent again by its clients.</summary>
    public void ForgetPending()
    {
        lock (_access)
        {
            foreach (Pending pending in _pending.Values)
            {
                if (pending.Client is { } client)
                {
                    _clients.Remove(client, pending.Size);
                }
            }

            _pending.Clear();
            _pendingBytes = 0;
            _backups.Clear();
        }
    }

    public IEnumerable<BufferSize> Measure()
    {
        lock (_access)
        {
            return
            [
                new BufferSize(
                    "pool.pending", _pending.Count, limits.MaxPendingTransactions, _pendingBytes, limits.MaxPendingBytes),
                new BufferSize("pool.clients", _clients.Count, limits.MaxPendingTransactions),
                new BufferSize("pool.seen", _backups.SeenCount, BackupTransactions.MaxSeen),
                new BufferSize("pool.delivered", _delivered.Count, Remembered),
            ];
        }
    }

    /// <summary>The time in which a part of what waits is delivered, at the rate seen lately. When nothing is delivered, what helps is
    /// another leader, which takes about a slot's timeout.</summary>
    private TimeSpan RetryAfter()
    {
        TimeSpan wait = _drained.TimeFor((_pending.Count / RetryPart) + 1) ?? limits.SlotTimeout;
        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait > MaxRetryAfter ? MaxRetryAfter : wait;
    }

    private readonly record struct Pending(int Size, Digest? Client, TransactionTrace? Trace);
}
