using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Runs <see cref="StateTransfer"/> beside the loop: checks checkpoints and chunks, and hands the whole state to the machine when
/// it is there.</summary>
internal sealed class TransferStage
{
    /// <summary>How many resend intervals a peer has for an answer.</summary>
    private const int Patience = 8;

    private readonly CbftEngineOptions _options;
    private readonly ChannelWriter<Input> _loop;
    private readonly StateTransfer _transfer;
    private readonly Channel<Action<long>> _events =
        Channel.CreateUnbounded<Action<long>>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Answers that peers owe. Whatever else they send is dropped before it is queued.</summary>
    private readonly ConcurrentDictionary<PublicKey, int> _owed = new();

    private readonly long _startedAt;
    private ValidatorHistory? _known;
    private ValidatorHistory? _history;
    private IStateRestore? _restore;
    private BlockHeight _above;
    private ReadOnlyMemory<byte> _manifest;
    private int _tickPending;
    private bool _isHandedOver;

    public TransferStage(CbftEngineOptions options, ChannelWriter<Input> loop)
    {
        _options = options;
        _loop = loop;
        _transfer = new StateTransfer(Patience * (long)options.Limits.ResendInterval.TotalMilliseconds);
        _startedAt = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Gets the restore of the state that was handed to the machine last.</summary>
    public IStateRestore Restore => Volatile.Read(ref _restore)!;

    /// <summary>This validator lacks what only a state can give.</summary>
    public void Post(Effect.FetchState effect) => _events.Writer.TryWrite(now =>
    {
        (_known, _above) = (effect.History, effect.Above);
        _transfer.OnBehind(effect.History.Latest.Number, effect.Above, effect.Peers, now);
    });

    /// <summary>Whether a peer owes an answer.</summary>
    public bool Expects(PublicKey from) => _owed.GetValueOrDefault(from) > 0;

    /// <summary>A peer's answer.</summary>
    public void Post(PublicKey from, ConsensusMessage message)
    {
        if (Expects(from))
        {
            _owed.AddOrUpdate(from, 0, (_, count) => count - 1);
            _events.Writer.TryWrite(now => Receive(from, message, now));
        }
    }

    /// <summary>The state was installed, or came too late.</summary>
    public void PostEnded() => _events.Writer.TryWrite(_ =>
    {
        _isHandedOver = false;
        _transfer.OnEnded();
    });

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using ITimer timer = _options.TimeProvider.CreateTimer(
            _ => Tick(), null, _options.Limits.ResendInterval, _options.Limits.ResendInterval);
        await foreach (Action<long> handle in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            handle(_options.TimeProvider.GetElapsedTime(_startedAt).Ticks / TimeSpan.TicksPerMillisecond);
            foreach ((PublicKey to, ConsensusMessage message) in _transfer.TakeOutbox())
            {
                _options.Transport.Send(to, Envelope.Encode(message));
                _owed.AddOrUpdate(to, 1, (_, _) => _transfer.OwedBy(to));
            }

            if (_transfer is { IsComplete: true, Checkpoint: { } checkpoint } && !_isHandedOver)
            {
                _isHandedOver = true;
                await _loop.WriteAsync(new Input.StateReceived(checkpoint, _history!), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Tick()
    {
        if (Interlocked.Exchange(ref _tickPending, 1) == 0)
        {
            _events.Writer.TryWrite(now =>
            {
                Volatile.Write(ref _tickPending, 0);
                _transfer.OnTime(now);
            });
        }
    }

    private void Receive(PublicKey from, ConsensusMessage message, long now)
    {
        switch (message)
        {
            case CheckpointData data:
                _transfer.OnCheckpoint(from, Check(data), _restore?.ChunkCount ?? 0, now);
                break;
            case ChunkData chunk when _transfer.Expects(from, chunk):
                _transfer.OnChunk(from, chunk, !chunk.Bytes.IsEmpty && _restore!.TryAdd(chunk.Index, chunk.Bytes), now);
                break;
        }
    }

    private Checkpoint? Check(CheckpointData data)
    {
        if (_transfer.IsReceiving || _transfer.IsComplete || _known is null || data.Checkpoint.Height <= _above)
        {
            return null;
        }

        if (_transfer.Checkpoint?.Header.Hash == data.Checkpoint.Header.Hash && _manifest.Span.SequenceEqual(data.Manifest.Span))
        {
            return _transfer.Checkpoint; // The chunks that came before still count.
        }

        if (data.Checkpoint.TryVerify(_known) is not { } history
            || _options.StateMachine.BeginRestore(data.Checkpoint.Header, data.Manifest) is not { } restore)
        {
            return null;
        }

        _history = history;
        _manifest = data.Manifest;
        Volatile.Write(ref _restore, restore);
        return data.Checkpoint;
    }
}
