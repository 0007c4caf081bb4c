namespace MedChain.Core.Transport;

/// <summary>One validator's connection to the others of its chain. Messages may be lost, repeated, delayed and reordered; consensus copes.
/// Thread safe.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Starts receiving.</summary>
    /// <param name="handler">Called with the sender's index (a hint: messages are signed) and the message. Must return quickly and may be
    /// called on any thread; it never throws.</param>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    void Start(Action<int, ReadOnlyMemory<byte>> handler);

    /// <summary>Sends to one validator. Never blocks and never throws; a message that cannot be queued is dropped and counted.</summary>
    /// <param name="validator">The receiver's index.</param>
    /// <param name="message">The buffer must not change afterwards: it may be delivered without a copy.</param>
    void Send(int validator, ReadOnlyMemory<byte> message);
}
