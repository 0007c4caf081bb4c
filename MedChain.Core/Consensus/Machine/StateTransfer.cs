using System.Collections.Immutable;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Fetches a state from peers, apart from consensus and as pure as its machines: asks one peer for a checkpoint, then all of them
/// for chunks, a few at a time. What comes proves itself, so one honest peer is enough; one that is silent or wrong is left out.</summary>
/// <remarks>The caller checks checkpoints and chunks before they come here. A transfer that fails goes on with the chunks it has when the
/// same checkpoint is offered again, by whomever.</remarks>
internal sealed class StateTransfer(long timeout)
{
    /// <summary>Requests that one peer has to answer at a time.</summary>
    public const int RequestsPerPeer = 2;

    private readonly List<(PublicKey Peer, int Index, long Deadline)> _asked = [];
    private readonly Queue<int> _missing = new();
    private readonly HashSet<PublicKey> _failed = [];
    private readonly List<(PublicKey To, ConsensusMessage Message)> _outbox = [];
    private ImmutableArray<PublicKey> _peers = [];
    private (PublicKey Peer, long Deadline)? _offering;
    private Checkpoint? _checkpoint;
    private bool[] _held = [];
    private int _turn;

    /// <summary>Gets whether chunks are awaited.</summary>
    public bool IsReceiving { get; private set; }

    /// <summary>Gets whether all chunks are here, and their use is awaited.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Gets the checkpoint whose chunks are collected.</summary>
    public Checkpoint? Checkpoint => _checkpoint;

    /// <summary>Gets how many answers a peer still owes.</summary>
    public int OwedBy(PublicKey peer) => _asked.Count(a => a.Peer == peer) + (_offering?.Peer == peer ? 1 : 0);

    /// <summary>Takes what is to be sent.</summary>
    public IReadOnlyList<(PublicKey To, ConsensusMessage Message)> TakeOutbox()
    {
        (PublicKey, ConsensusMessage)[] taken = [.. _outbox];
        _outbox.Clear();
        return taken;
    }

    /// <summary>This validator lacks blocks that it cannot or should not fetch one by one. Told again while it lasts.</summary>
    /// <param name="epoch">The epoch that it has come to.</param>
    /// <param name="above">A state up to this height is of no use.</param>
    /// <param name="peers">Who is further.</param>
    /// <param name="now">The time in milliseconds.</param>
    public void OnBehind(long epoch, BlockHeight above, ImmutableArray<PublicKey> peers, long now)
    {
        OnTime(now);
        if (IsComplete || peers.IsEmpty)
        {
            return;
        }

        _peers = peers;
        if (IsReceiving)
        {
            Ask(now);
        }
        else if (_offering is null)
        {
            PublicKey peer = peers[_turn % peers.Length];
            _turn++;
            _offering = (peer, now + timeout);
            _outbox.Add((peer, new FetchCheckpoint(epoch, above)));
        }
    }

    /// <summary>A peer answered with a checkpoint.</summary>
    /// <param name="from">The peer.</param>
    /// <param name="checkpoint">The checkpoint, verified; <see langword="null"/> for a wrong one. The same object as before when the state
    /// is cut in the same way, so that the chunks held still count.</param>
    /// <param name="chunks">How many chunks the state has.</param>
    /// <param name="now">The time in milliseconds.</param>
    public void OnCheckpoint(PublicKey from, Checkpoint? checkpoint, int chunks, long now)
    {
        if (_offering?.Peer != from)
        {
            return;
        }

        _offering = null;
        if (checkpoint is null)
        {
            return; // The next one is asked when this validator still is behind.
        }

        if (!ReferenceEquals(_checkpoint, checkpoint))
        {
            _held = new bool[chunks];
        }

        _checkpoint = checkpoint;
        IsReceiving = true;
        _failed.Clear();
        _missing.Clear();
        for (int i = 0; i < chunks; i++)
        {
            if (!_held[i])
            {
                _missing.Enqueue(i);
            }
        }

        // Who offered it has it.
        _peers = [from, .. _peers.Where(p => p != from)];
        Ask(now);
    }

    /// <summary>A peer answered with a chunk.</summary>
    /// <param name="from">The peer.</param>
    /// <param name="chunk">The answer.</param>
    /// <param name="isGood">Whether it is the chunk that was asked for.</param>
    /// <param name="now">The time in milliseconds.</param>
    public void OnChunk(PublicKey from, ChunkData chunk, bool isGood, long now)
    {
        int place = _asked.FindIndex(a => a.Peer == from && a.Index == chunk.Index);
        if (!IsReceiving || place < 0 || chunk.Block != _checkpoint!.Header.Hash)
        {
            return;
        }

        _asked.RemoveAt(place);
        if (isGood)
        {
            _held[chunk.Index] = true;
        }
        else
        {
            LeaveOut(from);
            _missing.Enqueue(chunk.Index);
        }

        Ask(now);
    }

    /// <summary>Whether an answer is awaited.</summary>
    public bool Expects(PublicKey from, ChunkData chunk) =>
        IsReceiving && chunk.Block == _checkpoint!.Header.Hash && _asked.Exists(a => a.Peer == from && a.Index == chunk.Index);

    /// <summary>Time passes: who has not answered is left out.</summary>
    public void OnTime(long now)
    {
        if (_offering is { } offering && now >= offering.Deadline)
        {
            _offering = null;
        }

        if (IsReceiving)
        {
            foreach (PublicKey late in _asked.Where(a => now >= a.Deadline).Select(a => a.Peer).Distinct().ToArray())
            {
                LeaveOut(late);
            }

            Ask(now);
        }
    }

    /// <summary>The state was put to use, or came too late.</summary>
    public void OnEnded()
    {
        (IsReceiving, IsComplete, _checkpoint, _held) = (false, false, null, []);
        _asked.Clear();
        _missing.Clear();
    }

    private void LeaveOut(PublicKey peer)
    {
        _failed.Add(peer);
        foreach ((_, int index, _) in _asked.Where(a => a.Peer == peer))
        {
            _missing.Enqueue(index);
        }

        _asked.RemoveAll(a => a.Peer == peer);
    }

    private void Ask(long now)
    {
        foreach (PublicKey peer in _peers.Where(p => !_failed.Contains(p)))
        {
            for (int open = _asked.Count(a => a.Peer == peer); open < RequestsPerPeer && _missing.TryDequeue(out int index); open++)
            {
                _asked.Add((peer, index, now + timeout));
                _outbox.Add((peer, new FetchChunk(_checkpoint!.Header.Epoch, _checkpoint.Header.Hash, index)));
            }
        }

        IsComplete = Array.TrueForAll(_held, h => h);

        // With nobody left to ask, the transfer rests until some peer offers a checkpoint again.
        IsReceiving = !IsComplete && _asked.Count > 0;
    }
}
