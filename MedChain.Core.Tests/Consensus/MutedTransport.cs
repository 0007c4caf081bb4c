using MedChain.Core.Primitives;
using MedChain.Core.Transport;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Sends nothing that it is told to keep back.</summary>
internal sealed class MutedTransport(ITransport inner, Func<ReadOnlyMemory<byte>, bool> keepsBack) : ITransport
{
    public void Start(Action<PublicKey, ReadOnlyMemory<byte>> handler) => inner.Start(handler);

    public void Send(PublicKey validator, ReadOnlyMemory<byte> message)
    {
        if (!keepsBack(message))
        {
            inner.Send(validator, message);
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
