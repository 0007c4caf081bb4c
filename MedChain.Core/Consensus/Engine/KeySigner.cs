using MedChain.Core.Consensus.Machine;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Signs with the validator's key. What was signed here need not be verified here: whoever shares the cache knows it to be
/// good.</summary>
internal sealed class KeySigner(SigningKey key, SignatureCache cache) : IStatementSigner
{
    public Signature Sign(ReadOnlySpan<byte> statement)
    {
        Signature signature = key.Sign(statement);
        cache.Add(SignatureCache.Key(key.PublicKey, statement, signature));
        return signature;
    }
}
