using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Transactions that another validator is expected to order, and what was seen in the lanes of others. A held transaction is due
/// when some time and a few blocks passed without it, and much later when it was seen in a lane, whose owner may still fail. Holds
/// no more than the pool lets in. Not thread safe.</summary>
internal sealed class BackupTransactions(CbftLimits limits, TimeProvider time)
{
    private const int Remembered = 65_536;

    /// <summary>A lane that nobody covers for three slot timeouts ends the view; the next leader gets as long.</summary>
    private const int SlotTimeouts = 6;

    private readonly Dictionary<Digest, Held> _held = [];
    private readonly HashSet<Digest> _seen = [];
    private readonly Queue<Digest> _seenOrder = new();

    /// <summary>Held transactions in the order in which they become due; some are gone or have moved to the other queue.</summary>
    private readonly Queue<Digest> _unseenOrder = new();

    private readonly Queue<Digest> _heldSeenOrder = new();
    private long _blocks;

    public int SeenCount => _seen.Count;

    public static int MaxSeen => Remembered;

    public bool WasSeen(Digest transaction) => _seen.Contains(transaction);

    public void Hold(Digest digest, ReadOnlyMemory<byte> transaction)
    {
        bool seen = _seen.Contains(digest);
        _held.Add(digest, new Held(transaction, _blocks, time.GetTimestamp(), seen));
        (seen ? _heldSeenOrder : _unseenOrder).Enqueue(digest);
    }

    /// <summary>Stops holding a transaction back.</summary>
    /// <returns>Whether it was held.</returns>
    public bool Remove(Digest digest, out ReadOnlyMemory<byte> transaction)
    {
        bool held = _held.Remove(digest, out Held found);
        transaction = found.Transaction;
        return held;
    }

    /// <summary>Holds nothing any more.</summary>
    public void Clear()
    {
        _held.Clear();
        _unseenOrder.Clear();
        _heldSeenOrder.Clear();
    }

    /// <summary>Notes the transactions of a valid batch of another validator.</summary>
    public void OnSeen(ReadOnlySpan<Digest> transactions)
    {
        foreach (Digest digest in transactions)
        {
            if (_seen.Add(digest))
            {
                _seenOrder.Enqueue(digest);
            }

            if (_held.TryGetValue(digest, out Held held) && !held.Seen)
            {
                _held[digest] = held with { Seen = true, Since = time.GetTimestamp() };
                _heldSeenOrder.Enqueue(digest);
            }
        }

        while (_seenOrder.Count > Remembered)
        {
            _seen.Remove(_seenOrder.Dequeue());
        }
    }

    /// <summary>Notes a delivered block.</summary>
    public void OnDelivered(ReadOnlySpan<Digest> transactions)
    {
        _blocks++;
        foreach (Digest digest in transactions)
        {
            _held.Remove(digest);
            _seen.Remove(digest);
        }
    }

    /// <summary>Takes out what is due.</summary>
    public void TakeDue(List<ReadOnlyMemory<byte>> taken)
    {
        TakeDue(_unseenOrder, seen: false, taken);
        TakeDue(_heldSeenOrder, seen: true, taken);
    }

    /// <summary>What waits longest is due first, so only the head is looked at.</summary>
    private void TakeDue(Queue<Digest> order, bool seen, List<ReadOnlyMemory<byte>> taken)
    {
        while (order.TryPeek(out Digest digest))
        {
            if (_held.TryGetValue(digest, out Held held) && held.Seen == seen)
            {
                if (!IsDue(held))
                {
                    return;
                }

                _held.Remove(digest);
                taken.Add(held.Transaction);
            }

            order.Dequeue();
        }
    }

    private bool IsDue(Held held)
    {
        TimeSpan waited = time.GetElapsedTime(held.Since);
        return held.Seen
            ? waited >= SlotTimeouts * limits.SlotTimeout
            : waited >= limits.BackupDelay && (_blocks >= held.Block + limits.BackupBlocks || waited >= limits.SlotTimeout);
    }

    private readonly record struct Held(ReadOnlyMemory<byte> Transaction, long Block, long Since, bool Seen);
}
