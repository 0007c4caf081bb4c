using MedChain.Core.Consensus.Machine;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Signs with the validator's key.</summary>
internal sealed class KeySigner(SigningKey key) : IStatementSigner
{
    public Signature Sign(ReadOnlySpan<byte> statement) => key.Sign(statement);
}
