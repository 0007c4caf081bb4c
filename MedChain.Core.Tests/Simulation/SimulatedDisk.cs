using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
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
    private ValidatorHistory? _anchorHistory;

    /// <summary>The stored seals of epochs' last blocks, by height, and whether they are flushed. Nobody reads the other seals
    /// back.</summary>
    private readonly SortedDictionary<long, (SealCertificate Seal, bool Durable)> _seals = [];

    public List<LogRecord> Records { get; private set; } = [];

    /// <summary>Gets the stored blocks in order; the first one follows the anchor.</summary>
    public List<StoredSlot> Blocks { get; } = [];

    /// <summary>Gets the checkpoint after which the blocks begin.</summary>
    public Checkpoint? Anchor { get; private set; }

    public long AnchorHeight => Anchor?.Height.Value ?? 0;

    public long HeadHeight => AnchorHeight + Blocks.Count;

    public long DurableBlocks { get; private set; }

    /// <summary>Gets what a state machine with a disk of its own keeps.</summary>
    public MemoryStateStore States { get; private set; } = new();

    /// <summary>Gets or sets what opening the log will find damaged.</summary>
    public string? Damage { get; set; }

    public StoredSlot? Head => Blocks.Count == 0 ? null : Blocks[^1];

    public StoredSlot? Find(long height) =>
        height > AnchorHeight && height <= HeadHeight ? Blocks[(int)(height - AnchorHeight) - 1] : null;

    /// <summary>What a machine starts from, as <see cref="EngineRecovery"/> finds it.</summary>
    /// <param name="genesis">The history of the chain in epoch 0.</param>
    /// <param name="state">The state machine, after the stored blocks as far as it could execute them.</param>
    public RecoveredChain Recover(ValidatorHistory genesis, IStateMachine state)
    {
        var log = new LogContents([.. Records], Damage);
        ValidatorHistory atAnchor = _anchorHistory ?? genesis;
        ValidatorHistory history = Follow(atAnchor);
        if (state.Height.Value < AnchorHeight)
        {
            return new RecoveredChain(log, atAnchor, Anchor!.Header, Anchor.Ordering, null) { Anchor = Anchor, LacksState = true };
        }

        return new RecoveredChain(
            log, history, Head?.Header ?? Anchor?.Header, Head?.Body.Ordering ?? Anchor?.Ordering, state.Chosen)
        {
            Anchor = Anchor,
        };
    }

    /// <summary>Lets the blocks begin after a checkpoint, durably.</summary>
    /// <param name="anchor">The checkpoint, with all handoffs.</param>
    /// <param name="genesis">The history of the chain in epoch 0.</param>
    public void StartAfter(Checkpoint anchor, ValidatorHistory genesis)
    {
        long dropped = Math.Min(Blocks.Count, Math.Max(0, anchor.Height.Value - AnchorHeight));
        Blocks.RemoveRange(0, (int)dropped);
        (Anchor, _anchorHistory) = (anchor, anchor.Handoffs.Aggregate(genesis, (known, handoff) => known.Follow(handoff)));
        DurableBlocks = Math.Max(DurableBlocks, anchor.Height.Value);
        foreach (long height in _seals.Keys.Where(h => h <= AnchorHeight).ToArray())
        {
            _seals.Remove(height);
        }
    }

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
        long flushed = DurableBlocks;
        Cut(flushed + kept((int)(HeadHeight - flushed) + 1));
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
    public Image TakeImage() => new([.. Records], DurableBlocks);

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
        if (end is not null && end.Header.Height.Value < HeadHeight)
        {
            GoBackTo(end.Header.Height.Value);
        }
    }

    /// <summary>Goes back as far as there are blocks.</summary>
    private void GoBackTo(long height)
    {
        height = Math.Max(height, AnchorHeight);
        Cut(height);
        DurableBlocks = Math.Min(DurableBlocks, height);
        States = new MemoryStateStore();
    }

    private void Cut(long head)
    {
        if (head < HeadHeight)
        {
            Blocks.RemoveRange((int)(head - AnchorHeight), (int)(HeadHeight - head));
        }

        foreach (long height in _seals.Keys.Where(h => h > HeadHeight).ToArray())
        {
            _seals.Remove(height);
        }
    }

    private ValidatorHistory Follow(ValidatorHistory history)
    {
        foreach (StoredSlot block in Blocks.Where(b => b.Header.EndsEpoch))
        {
            if (SealOf(block.Header) is { } seal)
            {
                _seals[seal.Height.Value] = (seal, true); // As EngineRecovery does.
                history = history.Follow(new Handoff(block.Header, seal, block.Body.Next!));
            }
            else if (block != Head)
            {
                throw new InvariantBrokenException(
                    Invariant.OneSetPerEpoch, $"The seal of block {block.Header.Height}, which ends an epoch, is lost; blocks follow it.");
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

    public sealed record Image(IReadOnlyList<LogRecord> Records, long Blocks);
}
