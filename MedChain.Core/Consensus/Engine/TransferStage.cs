using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Runs a <see cref="StateFetcher"/> beside the loop, and hands the whole state to the machine when it is there.</summary>
internal sealed class TransferStage
{
    private readonly CbftEngineOptions _options;
    private readonly ChannelWriter<Input> _loop;
    private readonly StateFetcher _fetcher;
    private readonly Channel<Action<long>> _events =
        Channel.CreateUnbounded<Action<long>>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Answers that peers owe. Whatever else they send is dropped before it is queued.</summary>
    private readonly ConcurrentDictionary<PublicKey, int> _owed = new();

    private readonly long _startedAt;
    private IStateRestore? _restore;
    private int _tickPending;

    public TransferStage(CbftEngineOptions options, ChannelWriter<Input> loop)
    {
        _options = options;
        _loop = loop;
        _fetcher = new StateFetcher(options.StateMachine, options.Limits);
        _startedAt = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Gets the state that was handed to the machine last.</summary>
    public IStateRestore Restore => Volatile.Read(ref _restore)!;

    /// <summary>This validator lacks what only a state can give.</summary>
    public void Post(Effect.FetchState effect) => _events.Writer.TryWrite(now => _fetcher.OnBehind(effect, now));

    /// <summary>Whether a peer owes an answer.</summary>
    public bool Expects(PublicKey from) => _owed.GetValueOrDefault(from) > 0;

    /// <summary>A peer's answer.</summary>
    public void Post(PublicKey from, ConsensusMessage message)
    {
        if (Expects(from))
        {
            _owed.AddOrUpdate(from, 0, (_, count) => count - 1);
            _events.Writer.TryWrite(now => _fetcher.OnAnswer(from, message, now));
        }
    }

    /// <summary>The state was installed, or came too late.</summary>
    public void PostEnded() => _events.Writer.TryWrite(_ => _fetcher.OnEnded());

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using ITimer timer = _options.TimeProvider.CreateTimer(
            _ => Tick(), null, _options.Limits.ResendInterval, _options.Limits.ResendInterval);
        await foreach (Action<long> handle in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            handle(_options.TimeProvider.GetElapsedTime(_startedAt).Ticks / TimeSpan.TicksPerMillisecond);
            foreach ((PublicKey to, ConsensusMessage message) in _fetcher.TakeOutbox())
            {
                _owed[to] = _fetcher.OwedBy(to);
                _options.Transport.Send(to, Envelope.Encode(message));
            }

            if (_fetcher.TryHandOver() is { } received)
            {
                Volatile.Write(ref _restore, _fetcher.Restore);
                await _loop.WriteAsync(received, cancellationToken).ConfigureAwait(false);
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
                _fetcher.OnTime(now);
            });
        }
    }
}
