using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What a validator finds again after a crash: durable log records, and blocks up to somewhere between the durable height and the
/// head.</summary>
internal sealed class SimulatedDisk
{
    private const int MaxVoteBytes = 512;
    private Dictionary<(RecordKind Kind, long Slot), List<ReadOnlyMemory<byte>>> _votes = [];
    private Dictionary<Digest, long> _bodies = [];

    public List<LogRecord> Records { get; private set; } = [];

    /// <summary>Gets the stored blocks by height − 1.</summary>
    public List<StoredSlot> Blocks { get; } = [];

    public long DurableBlocks { get; set; }

    /// <summary>Gets what a state machine with a disk of its own keeps.</summary>
    public MemoryStateStore States { get; private set; } = new();

    /// <summary>Gets or sets what opening the log will find damaged.</summary>
    public string? Damage { get; set; }

    public StoredSlot? Head => Blocks.Count == 0 ? null : Blocks[^1];

    public RecoveredState Recover() => RecoveredState.Read(new LogContents([.. Records], Damage), Head?.Header, Head?.Body);

    public void Append(LogRecord record)
    {
        if (record.Slot == LogRecord.Pinned)
        {
            Records.RemoveAll(r => r.Slot == LogRecord.Pinned && r.Kind == record.Kind);
        }

        Records.Add(record);
        Index(record);
    }

    public void Trim(SlotNumber slot)
    {
        Records.RemoveAll(r => r.Slot != LogRecord.Pinned && r.Slot <= slot);
        foreach ((RecordKind Kind, long Slot) place in _votes.Keys.Where(p => p.Slot <= slot.Value).ToArray())
        {
            _votes.Remove(place);
        }

        foreach (Digest body in _bodies.Where(b => b.Value <= slot.Value).Select(b => b.Key).ToArray())
        {
            _bodies.Remove(body);
        }
    }

    /// <summary>Says whether the log holds a vote, byte for byte as it is sent.</summary>
    public bool HoldsVote(RecordKind kind, long slot, ReadOnlyMemory<byte> message) =>
        _votes.TryGetValue((kind, slot), out List<ReadOnlyMemory<byte>>? votes)
        && votes.Exists(v => v.Span.SequenceEqual(message.Span));

    /// <summary>Says whether the log holds a batch.</summary>
    public bool HoldsBody(Digest encoded) => _bodies.ContainsKey(encoded);

    /// <summary>Loses blocks that were not flushed.</summary>
    public void LoseBlocks(int kept)
    {
        if (kept < Blocks.Count)
        {
            Blocks.RemoveRange(kept, Blocks.Count - kept);
        }
    }

    public void LoseLog()
    {
        Records.Clear();
        Reindex();
    }

    /// <summary>Copies what is durable, as an administrator's backup does.</summary>
    public Image TakeImage() => new([.. Records], (int)DurableBlocks);

    /// <summary>Goes back to an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="blocks">Whether blocks go back too, or only the log.</param>
    [SuppressMessage("Style", "IDE0305:Simplify collection initialization", Justification = "A copy is wanted.")]
    public void Restore(Image image, bool blocks)
    {
        Records = image.Records.ToList();
        Reindex();
        if (blocks)
        {
            LoseBlocks(image.Blocks);
            DurableBlocks = Math.Min(DurableBlocks, image.Blocks);
            States = new MemoryStateStore();
        }
    }

    private void Reindex()
    {
        _votes = [];
        _bodies = [];
        Records.ForEach(Index);
    }

    private void Index(LogRecord record)
    {
        switch ((RecordKind)record.Kind)
        {
            case RecordKind.Prepare or RecordKind.Prepared:
                var reader = new CanonicalReader(record.Payload);
                reader.BeginArray(3);
                ReadOnlyMemory<byte> vote = reader.ReadBytes(MaxVoteBytes);
                (RecordKind, long) place = ((RecordKind)record.Kind, record.Slot.Value);
                if (!_votes.TryGetValue(place, out List<ReadOnlyMemory<byte>>? votes))
                {
                    _votes[place] = votes = [];
                }

                votes.Add(vote);
                break;
            case RecordKind.Batch:
                _bodies[Digest.Of(record.Payload.Span)] = record.Slot.Value;
                break;
        }
    }

    public sealed record Image(IReadOnlyList<LogRecord> Records, int Blocks);
}
