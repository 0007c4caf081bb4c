using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Primitives;

namespace MedChain.Core.Transport;

/// <summary>Connects the validators of one chain inside one process, whoever they are and whenever they come. Thread safe.</summary>
/// <remarks>Each pair has a bounded queue of its own in which order is kept: a message that does not fit is dropped and counted, and a
/// sender never waits. A validator that restarts takes a new transport, which replaces the old one.</remarks>
public sealed class InProcessNetwork
{
    /// <summary>Default of the messages that may wait between two validators.</summary>
    public const int DefaultMaxMessages = 8_192;

    /// <summary>Default of the bytes that may wait between two validators.</summary>
    public const long DefaultMaxBytes = 128 * 1024 * 1024;

    private readonly ConcurrentDictionary<PublicKey, Endpoint> _endpoints = new();
    private readonly int _maxMessages;
    private readonly long _maxBytes;
    private long _dropped;

    /// <summary>Initializes a network.</summary>
    /// <param name="maxMessages">Messages that may wait between two validators, at least 1.</param>
    /// <param name="maxBytes">Bytes that may wait between two validators, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public InProcessNetwork(int maxMessages = DefaultMaxMessages, long maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
    }

    /// <summary>Gets how many messages were dropped: the queue was full, or the receiver was not there.</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>Makes the transport of a validator. An older one of the same validator hears and sends nothing more.</summary>
    /// <param name="validator">The validator's voting key.</param>
    /// <returns>The transport; whoever gets it disposes it.</returns>
    public ITransport Connect(PublicKey validator)
    {
        var endpoint = new Endpoint(this, validator);
        Endpoint? older = null;
        _endpoints.AddOrUpdate(validator, endpoint, (_, known) =>
        {
            older = known;
            return endpoint;
        });
        older?.Close();
        return endpoint;
    }

    private void Deliver(Endpoint sender, PublicKey to, ReadOnlyMemory<byte> message)
    {
        bool delivered = _endpoints.GetValueOrDefault(sender.Key) == sender
            && _endpoints.TryGetValue(to, out Endpoint? receiver)
            && receiver.TryPost(sender.Key, message);
        if (!delivered)
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private sealed class Endpoint : ITransport
    {
        private readonly InProcessNetwork _network;
        private readonly Channel<(PublicKey From, Backlog Backlog, ReadOnlyMemory<byte> Message)> _queue;
        private readonly ConcurrentDictionary<PublicKey, Backlog> _backlogs = new();
        private Task _pump = Task.CompletedTask;
        private int _started;

        public Endpoint(InProcessNetwork network, PublicKey key)
        {
            _network = network;
            Key = key;
            _queue = Channel.CreateUnbounded<(PublicKey, Backlog, ReadOnlyMemory<byte>)>(
                new UnboundedChannelOptions { SingleReader = true });
        }

        public PublicKey Key { get; }

        public void Start(Action<PublicKey, ReadOnlyMemory<byte>> handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            if (Interlocked.Exchange(ref _started, 1) != 0)
            {
                throw new InvalidOperationException("This transport was started before; connect again for a new one.");
            }

            _pump = Task.Run(() => PumpAsync(handler));
        }

        public void Send(PublicKey validator, ReadOnlyMemory<byte> message) => _network.Deliver(this, validator, message);

        /// <summary>Queues a message, if its sender has room left here: one that floods cannot use up another's.</summary>
        public bool TryPost(PublicKey from, ReadOnlyMemory<byte> message)
        {
            Backlog backlog = _backlogs.GetOrAdd(from, _ => new Backlog());
            if (backlog.TryTake(message.Length, _network._maxMessages, _network._maxBytes))
            {
                if (_queue.Writer.TryWrite((from, backlog, message)))
                {
                    return true;
                }

                backlog.Release(message.Length);
            }

            return false;
        }

        public void Close() => _queue.Writer.TryComplete();

        public async ValueTask DisposeAsync()
        {
            _network._endpoints.TryRemove(KeyValuePair.Create(Key, this));
            Close();
            await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task PumpAsync(Action<PublicKey, ReadOnlyMemory<byte>> handler)
        {
            await foreach ((PublicKey from, Backlog backlog, ReadOnlyMemory<byte> message) in _queue.Reader.ReadAllAsync()
                .ConfigureAwait(false))
            {
                backlog.Release(message.Length);
                handler(from, message);
            }
        }
    }

    /// <summary>What of one sender waits at one receiver.</summary>
    private sealed class Backlog
    {
        private int _messages;
        private long _bytes;

        public bool TryTake(int size, int maxMessages, long maxBytes)
        {
            bool fits = Interlocked.Increment(ref _messages) <= maxMessages;
            fits &= Interlocked.Add(ref _bytes, size) <= maxBytes;
            if (!fits)
            {
                Release(size);
            }

            return fits;
        }

        public void Release(int size)
        {
            Interlocked.Decrement(ref _messages);
            Interlocked.Add(ref _bytes, -size);
        }
    }
}
