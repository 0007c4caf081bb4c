using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Takes what validators that leave could not order, from nobody else, and from each no more than one lane holds. Thread
/// safe.</summary>
/// <param name="offer">Offers a transaction to this validator; the second argument says whether as a backup.</param>
/// <param name="limits">Sizes.</param>
internal sealed class ForwardDesk(Action<ReadOnlyMemory<byte>, bool> offer, CbftLimits limits)
{
    private readonly Lock _access = new();
    private readonly Dictionary<PublicKey, long> _roomOf = [];

    /// <summary>Says who leaves, or has just left.</summary>
    public void SetLeavers(IEnumerable<PublicKey> leavers)
    {
        lock (_access)
        {
            HashSet<PublicKey> now = [.. leavers];
            foreach (PublicKey gone in _roomOf.Keys.Where(k => !now.Contains(k)).ToArray())
            {
                _roomOf.Remove(gone);
            }

            foreach (PublicKey leaver in now)
            {
                _roomOf.TryAdd(leaver, RoomOfEach);
            }
        }
    }

    /// <summary>Takes transactions; they are dropped when the sender does not leave or has used up its room.</summary>
    public void Take(PublicKey from, ForwardedTransactions message)
    {
        long bytes = message.Transactions.Sum(t => (long)t.Length + Batch.TransactionOverhead);
        lock (_access)
        {
            if (!_roomOf.TryGetValue(from, out long room) || bytes > room)
            {
                return;
            }

            _roomOf[from] = room - bytes;
        }

        foreach (ReadOnlyMemory<byte> transaction in message.Transactions)
        {
            offer(transaction, message.IsBackup);
        }
    }

    /// <summary>Its lane's bytes, what waited for the lane, and the same again as backups.</summary>
    private long RoomOfEach => 2L * (limits.MaxLaneBytes + limits.MaxPendingBytes);
}
