using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
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

    /// <summary>The stored seals of epochs' last blocks, by height, and whether they are flushed. Nobody reads the other seals
    /// back.</summary>
    private readonly SortedDictionary<long, (SealCertificate Seal, bool Durable)> _seals = [];

    public List<LogRecord> Records { get; private set; } = [];

    /// <summary>Gets the stored blocks by height − 1.</summary>
    public List<StoredSlot> Blocks { get; } = [];

    public long DurableBlocks { get; private set; }

    /// <summary>Gets what a state machine with a disk of its own keeps.</summary>
    public MemoryStateStore States { get; private set; } = new();

    /// <summary>Gets or sets what opening the log will find damaged.</summary>
    public string? Damage { get; set; }

    public StoredSlot? Head => Blocks.Count == 0 ? null : Blocks[^1];

    /// <summary>What a machine starts from.</summary>
    /// <param name="genesis">The history of the chain in epoch 0.</param>
    /// <param name="chosen">The last choice in the state after the stored blocks.</param>
    public RecoveredChain Recover(ValidatorHistory genesis, ChosenValidators? chosen) =>
        new(new LogContents([.. Records], Damage), Follow(genesis), Head?.Header, Head?.Body.Ordering, chosen);

    /// <summary>Keeps the certificate of an epoch's last block.</summary>
    public void PutSeal(SealCertificate certificate) => _seals[certificate.Height.Value] = (certificate, false);

    /// <summary>Makes the blocks up to a height durable, and the seals stored so far.</summary>
    public void Flush(BlockHeight height)
    {
        DurableBlocks = Math.Max(DurableBlocks, height.Value);
        foreach ((long sealedHeight, (SealCertificate seal, _)) in _seals.ToArray())
        {
            _seals[sealedHeight] = (seal, true);
        }
    }

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

    /// <summary>Loses blocks and seals that were not flushed.</summary>
    /// <param name="kept">How many of a number of things survive; asked for the blocks, and for each seal.</param>
    public void LoseUnflushed(Func<int, int> kept)
    {
        int flushed = (int)DurableBlocks;
        Cut(flushed + kept(Blocks.Count - flushed + 1));
        foreach (long height in _seals.Where(s => !s.Value.Durable).Select(s => s.Key).ToArray())
        {
            if (kept(2) == 0)
            {
                _seals.Remove(height);
            }
        }
    }

    public void LoseLog()
    {
        Records.Clear();
        Reindex();
        LoseUnproved();
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
            GoBackTo(image.Blocks);
        }

        LoseUnproved();
    }

    /// <summary>A log that is gone may have held the only seal that ended an epoch. An engine does not start on blocks of the next one
    /// then; its administrator takes them away.</summary>
    private void LoseUnproved()
    {
        StoredSlot? end = Blocks.Find(b => b.Header.EndsEpoch && SealOf(b.Header) is null);
        if (end is not null && end.Header.Height.Value < Blocks.Count)
        {
            GoBackTo((int)end.Header.Height.Value);
        }
    }

    private void GoBackTo(int blocks)
    {
        Cut(blocks);
        DurableBlocks = Math.Min(DurableBlocks, blocks);
        States = new MemoryStateStore();
    }

    private void Cut(int blocks)
    {
        if (blocks < Blocks.Count)
        {
            Blocks.RemoveRange(blocks, Blocks.Count - blocks);
        }

        foreach (long height in _seals.Keys.Where(h => h > Blocks.Count).ToArray())
        {
            _seals.Remove(height);
        }
    }

    private ValidatorHistory Follow(ValidatorHistory history)
    {
        foreach (StoredSlot block in Blocks)
        {
            if (block.Header.EndsEpoch && SealOf(block.Header) is { } seal)
            {
                _seals.TryAdd(seal.Height.Value, (seal, false)); // As EngineRecovery does.
                history = history.Follow(new Handoff(block.Header, seal, block.Body.Next!));
            }
        }

        return history;
    }

    /// <summary>The stored seal of an epoch's last block, or the one in the log.</summary>
    private SealCertificate? SealOf(BlockHeader header) => _seals.TryGetValue(header.Height.Value, out (SealCertificate Seal, bool) stored)
        ? stored.Seal
        : StoredHistory.HandoffIn(new LogContents(Records, null)) is { } logged && logged.Header == header ? logged.Seal : null;

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
