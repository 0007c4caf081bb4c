using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Signs statements with the validator's key. A pure function of the bytes (Ed25519 signatures are deterministic), so the machine
/// stays one too.</summary>
internal interface IStatementSigner
{
    Signature Sign(ReadOnlySpan<byte> statement);
}
