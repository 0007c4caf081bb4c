using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Keeps what others can start from: the state after a block now and then, with what proves the block once it is sealed. Thread
/// safe.</summary>
/// <param name="limits">How often, and how many blocks are kept.</param>
/// <param name="machine">Whose states they are.</param>
/// <param name="read">Reads a stored block; <see langword="null"/> for one that is not stored.</param>
internal sealed class CheckpointKeeper(
    CbftLimits limits, IStateMachine machine, Func<BlockHeight, (BlockHeader Header, BlockBody Body)?> read)
{
    /// <summary>States kept for peers: while one fetches a state, the next one may come.</summary>
    private const int MaxHeld = 2;

    /// <summary>States that wait for a seal.</summary>
    private const int MaxUnsealed = 4;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, IStateSnapshot> _unsealed = [];
    private readonly LinkedList<HeldState> _held = [];

    /// <summary>Checkpoints that the store may come to begin after, oldest first.</summary>
    private readonly Queue<Checkpoint> _anchors = new();

    /// <summary>A state and the block after which it is.</summary>
    private sealed record HeldState(Checkpoint Checkpoint, IStateSnapshot Snapshot);

    /// <summary>After a start there is a state that can be given away, whatever its height.</summary>
    /// <param name="recovered">Where the start begins.</param>
    /// <param name="seal">The stored seal of the head, if there is one.</param>
    public void Resume(RecoveredChain recovered, SealCertificate? seal)
    {
        if (recovered is { LacksState: false, Head: { } head })
        {
            Take(head.Height);
            seal ??= recovered.History.Handoffs.LastOrDefault(h => h.Header.Hash == head.Hash)?.Seal;
            if (seal is not null)
            {
                OnSealed(head, seal, recovered.History);
            }
        }
    }

    /// <summary>The state machine stands after a block. Called between two blocks.</summary>
    public void OnExecuted(BlockHeight height)
    {
        if (height.Value % limits.CheckpointInterval == 0)
        {
            Take(height);
        }
    }

    /// <summary>A stored block was sealed: states up to it can be proved.</summary>
    public void OnSealed(BlockHeader header, SealCertificate certificate, ValidatorHistory history)
    {
        while (TakeUnsealed(header.Height) is { } taken)
        {
            (long height, IStateSnapshot snapshot) = taken;
            if (TryProve(new BlockHeight(height), header, certificate, history) is { } checkpoint)
            {
                Hold(checkpoint, snapshot);
            }
        }
    }

    /// <summary>Keeps a state for peers.</summary>
    public void Hold(Checkpoint checkpoint, IStateSnapshot snapshot)
    {
        lock (_lock)
        {
            if (_held.Last is { } last && last.Value.Checkpoint.Height >= checkpoint.Height)
            {
                return;
            }

            _held.AddLast(new HeldState(checkpoint, snapshot));
            if (_held.Count > MaxHeld)
            {
                _held.RemoveFirst();
            }

            if (limits.KeptBlocks > 0)
            {
                _anchors.Enqueue(checkpoint);
            }
        }
    }

    /// <summary>Answers a peer that asks for a checkpoint or a chunk; <see langword="null"/> when there is nothing to say.</summary>
    public ConsensusMessage? Answer(ConsensusMessage request) => request switch
    {
        FetchCheckpoint fetch when Latest(fetch.Above) is { } held => new CheckpointData(
            held.Checkpoint with { Handoffs = [.. held.Checkpoint.Handoffs.Where(h => h.Header.Epoch >= fetch.Epoch)] },
            held.Snapshot.Manifest),
        FetchChunk fetch => new ChunkData(
            fetch.Epoch,
            fetch.Block,
            fetch.Index,
            Find(fetch.Block) is { } held && fetch.Index < held.Snapshot.ChunkCount ? held.Snapshot.ReadChunk(fetch.Index) : default),
        _ => null,
    };

    /// <summary>Whether enough blocks follow a checkpoint, so that the store may begin after it.</summary>
    public bool HasAnchor(BlockHeight head)
    {
        lock (_lock)
        {
            return _anchors.TryPeek(out Checkpoint? next) && next.Height.Value <= head.Value - limits.KeptBlocks;
        }
    }

    /// <summary>The latest checkpoint with enough blocks after it, after which the store may begin.</summary>
    /// <param name="head">The last block.</param>
    /// <param name="durableState">The height up to which the state survives a power loss.</param>
    public Checkpoint? TakeAnchor(BlockHeight head, BlockHeight durableState)
    {
        lock (_lock)
        {
            Checkpoint? anchor = null;
            while (_anchors.TryPeek(out Checkpoint? next)
                && next.Height.Value <= head.Value - limits.KeptBlocks
                && next.Height <= durableState)
            {
                anchor = _anchors.Dequeue();
            }

            return anchor;
        }
    }

    private HeldState? Latest(BlockHeight above)
    {
        lock (_lock)
        {
            return _held.Last?.Value is { } last && last.Checkpoint.Height > above ? last : null;
        }
    }

    private HeldState? Find(Digest block)
    {
        lock (_lock)
        {
            return _held.FirstOrDefault(h => h.Checkpoint.Header.Hash == block);
        }
    }

    private void Take(BlockHeight height)
    {
        if (machine.TakeSnapshot() is { } snapshot)
        {
            lock (_lock)
            {
                _unsealed[height.Value] = snapshot;
                if (_unsealed.Count > MaxUnsealed)
                {
                    _unsealed.Remove(_unsealed.Keys.First());
                }
            }
        }
    }

    private (long Height, IStateSnapshot Snapshot)? TakeUnsealed(BlockHeight upTo)
    {
        lock (_lock)
        {
            if (_unsealed.Count == 0 || _unsealed.Keys.First() > upTo.Value)
            {
                return null;
            }

            (long height, IStateSnapshot snapshot) = _unsealed.First();
            _unsealed.Remove(height);
            return (height, snapshot);
        }
    }

    private Checkpoint? TryProve(BlockHeight height, BlockHeader last, SealCertificate seal, ValidatorHistory history)
    {
        if (last.Height.Value - height.Value > Checkpoint.MaxLater || read(height) is not var (header, body))
        {
            return null;
        }

        if (header.Epoch != last.Epoch)
        {
            return null; // The next one will do.
        }

        if (header.EndsEpoch && history.Latest.Number == header.Epoch)
        {
            history = history.Follow(new Handoff(header, seal, body.Next!));
        }

        List<BlockHeader> later = [];
        for (BlockHeight next = height.Next; next <= last.Height; next = next.Next)
        {
            later.Add(read(next)!.Value.Header);
        }

        return new Checkpoint(header, [.. later], seal, body.Ordering, []).Complete(history);
    }
}
