using System.Threading.Channels;

namespace MedChain.Core.Transport;

/// <summary>Connects the validators of one chain inside one process. Thread safe.</summary>
/// <remarks>Each pair has a bounded queue of its own in which order is kept: a message that does not fit is dropped and counted, and a
/// sender never waits. A validator that restarts takes a new transport, which replaces the old one.</remarks>
public sealed class InProcessNetwork
{
    /// <summary>Default of the messages that may wait between two validators.</summary>
    public const int DefaultMaxMessages = 8_192;

    /// <summary>Default of the bytes that may wait between two validators.</summary>
    public const long DefaultMaxBytes = 128 * 1024 * 1024;

    private readonly Endpoint?[] _endpoints;
    private readonly int _maxMessages;
    private readonly long _maxBytes;
    private long _dropped;

    /// <summary>Initializes a network.</summary>
    /// <param name="validators">Number of validators, at least 1.</param>
    /// <param name="maxMessages">Messages that may wait between two validators, at least 1.</param>
    /// <param name="maxBytes">Bytes that may wait between two validators, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public InProcessNetwork(int validators, int maxMessages = DefaultMaxMessages, long maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validators, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _endpoints = new Endpoint?[validators];
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
    }

    /// <summary>Gets how many messages were dropped: the queue was full, or the receiver was not there.</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>Makes the transport of a validator. An older one of the same validator hears and sends nothing more.</summary>
    /// <param name="validator">The validator's index.</param>
    /// <returns>The transport; whoever gets it disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such validator.</exception>
    public ITransport Connect(int validator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(validator);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(validator, _endpoints.Length);
        var endpoint = new Endpoint(this, validator);
        Interlocked.Exchange(ref _endpoints[validator], endpoint)?.Close();
        return endpoint;
    }

    private void Deliver(Endpoint sender, int to, ReadOnlyMemory<byte> message)
    {
        bool delivered = to >= 0
            && to < _endpoints.Length
            && Volatile.Read(ref _endpoints[sender.Index]) == sender
            && Volatile.Read(ref _endpoints[to]) is { } receiver
            && receiver.TryPost(sender.Index, message);
        if (!delivered)
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private sealed class Endpoint : ITransport
    {
        private readonly InProcessNetwork _network;
        private readonly Channel<(int From, ReadOnlyMemory<byte> Message)> _queue;
        private readonly int[] _waiting;
        private readonly long[] _waitingBytes;
        private Task _pump = Task.CompletedTask;
        private int _started;

        public Endpoint(InProcessNetwork network, int index)
        {
            _network = network;
            Index = index;
            _queue = Channel.CreateUnbounded<(int, ReadOnlyMemory<byte>)>(new UnboundedChannelOptions { SingleReader = true });
            _waiting = new int[network._endpoints.Length];
            _waitingBytes = new long[network._endpoints.Length];
        }

        public int Index { get; }

        public void Start(Action<int, ReadOnlyMemory<byte>> handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            if (Interlocked.Exchange(ref _started, 1) != 0)
            {
                throw new InvalidOperationException("This transport was started before; connect again for a new one.");
            }

            _pump = Task.Run(() => PumpAsync(handler));
        }

        public void Send(int validator, ReadOnlyMemory<byte> message) => _network.Deliver(this, validator, message);

        /// <summary>Queues a message, if its sender has room left here: one that floods cannot use up another's.</summary>
        public bool TryPost(int from, ReadOnlyMemory<byte> message)
        {
            bool fits = Interlocked.Increment(ref _waiting[from]) <= _network._maxMessages;
            fits &= Interlocked.Add(ref _waitingBytes[from], message.Length) <= _network._maxBytes;
            if (fits && _queue.Writer.TryWrite((from, message)))
            {
                return true;
            }

            Release(from, message.Length);
            return false;
        }

        public void Close() => _queue.Writer.TryComplete();

        public async ValueTask DisposeAsync()
        {
            Interlocked.CompareExchange(ref _network._endpoints[Index], null, this);
            Close();
            await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task PumpAsync(Action<int, ReadOnlyMemory<byte>> handler)
        {
            await foreach ((int from, ReadOnlyMemory<byte> message) in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                Release(from, message.Length);
                handler(from, message);
            }
        }

        private void Release(int from, int bytes)
        {
            Interlocked.Decrement(ref _waiting[from]);
            Interlocked.Add(ref _waitingBytes[from], -bytes);
        }
    }
}
