using MedChain.Core.Blocks;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>A state that a quorum has sealed: what proofs are made from.</summary>
internal sealed record SealedState(BlockHeader Header, SealCertificate Certificate, LedgerSnapshot Snapshot)
{
    public BlockHeight Height => Header.Height;

    /// <summary>Proves an entry; <see langword="null"/> when the state has no such key.</summary>
    public ChainProof? Prove(StateKey key) => Snapshot.Tree.TryGet(key.Bytes.Span) is { } value
        ? new ChainProof(Header, [], Certificate, new ChainFact.StateEntry(key.Bytes, value, Snapshot.Tree.Prove(key.Bytes.Span)))
        : null;
}
