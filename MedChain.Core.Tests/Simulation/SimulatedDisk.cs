using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What a validator finds again after a crash: durable log records, and blocks up to somewhere between the durable height and the
/// head.</summary>
internal sealed class SimulatedDisk
{
    public List<LogRecord> Records { get; } = [];

    /// <summary>Gets header, body and state root by height − 1.</summary>
    public List<(BlockHeader Header, ReadOnlyMemory<byte> Body)> Blocks { get; } = [];

    public long DurableBlocks { get; set; }

    public void Append(LogRecord record)
    {
        if (record.Slot == LogRecord.Pinned)
        {
            Records.RemoveAll(r => r.Slot == LogRecord.Pinned && r.Kind == record.Kind);
        }

        Records.Add(record);
    }

    public void Trim(SlotNumber slot) => Records.RemoveAll(r => r.Slot != LogRecord.Pinned && r.Slot <= slot);

    public void LoseBlocks(int kept)
    {
        if (kept < Blocks.Count)
        {
            Blocks.RemoveRange(kept, Blocks.Count - kept);
        }
    }

    public BlockBody? HeadBody => Blocks.Count == 0 ? null : Canonical.Decode<BlockBody>(Blocks[^1].Body);
}
