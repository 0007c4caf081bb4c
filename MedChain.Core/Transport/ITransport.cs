using MedChain.Core.Primitives;

namespace MedChain.Core.Transport;

/// <summary>One validator's connection to the others of its chain, each named by its voting key: indices change from epoch to epoch, keys
/// do not. Messages may be lost, repeated, delayed and reordered; consensus copes. Thread safe.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Starts receiving.</summary>
    /// <param name="handler">Called with the sender's voting key (a hint: messages are signed) and the message. Must return quickly and
    /// may be called on any thread; it never throws.</param>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    void Start(Action<PublicKey, ReadOnlyMemory<byte>> handler);

    /// <summary>Sends to one validator. Never blocks and never throws; a message that cannot be queued is dropped and counted.</summary>
    /// <param name="validator">The receiver's voting key. Not current validators only: those who join or were removed, too.</param>
    /// <param name="message">The buffer must not change afterwards: it may be delivered without a copy.</param>
    void Send(PublicKey validator, ReadOnlyMemory<byte> message);
}
