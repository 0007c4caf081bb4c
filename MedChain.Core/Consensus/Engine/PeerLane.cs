using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>The messages of one peer and one class from their arrival until the loop has taken them: bounded in count and bytes over that
/// whole way, so a flood uses up its sender's room and nobody else's. Thread safe.</summary>
internal sealed class PeerLane(PublicKey peer, CbftLimits limits)
{
    private readonly Lock _access = new();
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();

    /// <summary>The last ViewChange and the last NewView: never dropped for lack of room, for a newer one replaces them.</summary>
    private readonly ReadOnlyMemory<byte>[] _latest = new ReadOnlyMemory<byte>[2];

    private readonly bool[] _latestUnderWay = new bool[2];
    private bool _scheduled;
    private int _count;
    private long _bytes;

    public PublicKey Peer => peer;

    /// <summary>Takes a message in.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="message">Its bytes.</param>
    /// <param name="dropped">Whether a message was dropped: this one, or an older one that it replaces.</param>
    /// <returns>Whether the lane now needs a turn.</returns>
    public bool Post(MessageKind kind, ReadOnlyMemory<byte> message, out bool dropped)
    {
        lock (_access)
        {
            if (LatestOf(kind) is { } place)
            {
                dropped = !_latest[place].IsEmpty;
                _latest[place] = message;
                return Schedule();
            }

            dropped = _count >= limits.MaxQueuedMessages || _bytes + message.Length > limits.MaxQueuedBytes;
            if (dropped)
            {
                return false;
            }

            _waiting.Enqueue(message);
            _count++;
            _bytes += message.Length;
            return Schedule();
        }
    }

    /// <summary>Takes the next message out; it counts until <see cref="Release"/>.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        lock (_access)
        {
            for (int i = 0; i < _latest.Length; i++)
            {
                if (!_latest[i].IsEmpty && !_latestUnderWay[i])
                {
                    message = _latest[i];
                    _latest[i] = default;
                    _latestUnderWay[i] = true;
                    return true;
                }
            }

            return _waiting.TryDequeue(out message);
        }
    }

    /// <summary>A message that was taken out has been dealt with.</summary>
    /// <returns>Whether the lane now needs a turn.</returns>
    public bool Release(MessageKind kind, int bytes)
    {
        lock (_access)
        {
            if (LatestOf(kind) is { } place)
            {
                _latestUnderWay[place] = false;
                return HasWork && Schedule();
            }

            _count--;
            _bytes -= bytes;
            return false;
        }
    }

    /// <summary>Ends a turn.</summary>
    /// <returns>Whether the lane needs another.</returns>
    public bool EndTurn()
    {
        lock (_access)
        {
            _scheduled = HasWork;
            return _scheduled;
        }
    }

    public BufferSize Measure(string name)
    {
        lock (_access)
        {
            return new BufferSize(name, _count, limits.MaxQueuedMessages, _bytes, limits.MaxQueuedBytes);
        }
    }

    private bool HasWork
    {
        get
        {
            bool latest = false;
            for (int i = 0; i < _latest.Length; i++)
            {
                latest |= !_latest[i].IsEmpty && !_latestUnderWay[i];
            }

            return latest || _waiting.Count > 0;
        }
    }

    private static int? LatestOf(MessageKind kind) => kind switch
    {
        MessageKind.ViewChange => 0,
        MessageKind.NewView => 1,
        _ => null,
    };

    private bool Schedule()
    {
        if (_scheduled)
        {
            return false;
        }

        _scheduled = true;
        return true;
    }
}
