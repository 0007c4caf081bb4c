using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>A message that is signed as a whole, bound to its chain.</summary>
internal readonly record struct ChainedStatement<T>(ChainId Chain, T Message) : ICanonical<ChainedStatement<T>>
    where T : ICanonical<T>
{
    void ICanonical<ChainedStatement<T>>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Chain);
        writer.Write(Message);
    }

    static ChainedStatement<T> ICanonical<ChainedStatement<T>>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ChainedStatement<T>(reader.ReadChainId(), reader.Read<T>());
    }
}
