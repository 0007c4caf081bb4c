using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>A peer that says it works with another validator set than this validator: other keys, another order, or other
/// <see cref="Blocks.ConsensusRules"/>. Its votes do not verify here, nor this validator's there. What it says is not signed: a hint for
/// operators, and nothing else follows from it.</summary>
/// <param name="Peer">The peer's voting key.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Validators">The hash of the epoch's validator set there.</param>
/// <param name="Expected">The hash of the epoch's validator set here.</param>
public sealed record PeerMismatch(PublicKey Peer, long Epoch, Digest Validators, Digest Expected);
