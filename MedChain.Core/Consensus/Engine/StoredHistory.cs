using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Finds the epochs of a stored chain: each epoch's last block holds the validators of the next.</summary>
internal static class StoredHistory
{
    /// <summary>Follows the stored handoffs.</summary>
    /// <param name="store">The blocks.</param>
    /// <param name="history">What is known before.</param>
    /// <param name="logged">A handoff that the log holds, for the last block if the store lacks its certificate.</param>
    /// <returns>The history up to the epoch that goes on after the last stored block.</returns>
    /// <exception cref="StorageException">A stored handoff does not verify.</exception>
    public static ValidatorHistory Read(IBlockStore store, ValidatorHistory history, Handoff? logged)
    {
        BlockHeight head = store.Head;
        while (history.Latest.Start < head && store.First <= head)
        {
            BlockHeight last = LastOf(store, history.Latest, head);
            DecodedBlock block = BlockReader.Read(store.TryRead(last)!);
            if (!block.Header.EndsEpoch)
            {
                break;
            }

            Handoff? handoff = Stored(store, block);
            if (handoff is null && logged?.Header == block.Header)
            {
                // The log's next handoff takes the place of this one, so the store must have its seal by then.
                handoff = logged;
                store.PutCertificate(last, Canonical.Encode(logged.Seal));
            }

            if (handoff is null && last == head)
            {
                break; // Not sealed yet, as far as this validator knows.
            }

            history = (handoff is null ? null : history.TryAdd(handoff)) ?? throw new StorageException(
                StorageFault.Corrupt,
                $"Block {last} ends epoch {block.Header.Epoch}, but its seal and the next validators are missing or do not verify: "
                + "restore the block store.");
        }

        return history;
    }

    /// <summary>The handoff that a log holds, if any.</summary>
    public static Handoff? HandoffIn(LogContents log)
    {
        foreach (LogRecord record in log.Records)
        {
            if ((RecordKind)record.Kind == RecordKind.Handoff && Canonical.TryDecode(record.Payload, out Handoff? handoff, out _))
            {
                return handoff;
            }
        }

        return null;
    }

    /// <summary>The last stored block of an epoch: epochs only grow with the height, so it is searched by halves.</summary>
    private static BlockHeight LastOf(IBlockStore store, ChainEpoch epoch, BlockHeight head)
    {
        long low = Math.Max(epoch.Start.Value + 1, store.First.Value);
        long high = head.Value;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            StoredBlock stored = store.TryRead(new BlockHeight(middle))
                ?? throw new StorageException(StorageFault.Corrupt, $"Block {middle} is missing below the head {head}.");
            if (Canonical.TryDecode(stored.Header, out BlockHeader? header, out _) && header.Epoch <= epoch.Number)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return new BlockHeight(low);
    }

    private static Handoff? Stored(IBlockStore store, DecodedBlock block) =>
        block.Body.Next is { } next
        && store.TryReadCertificate(block.Header.Height) is { } bytes
        && Canonical.TryDecode(bytes, out SealCertificate? seal, out _)
            ? new Handoff(block.Header, seal, next)
            : null;
}
