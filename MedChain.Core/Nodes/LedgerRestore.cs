using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;

namespace MedChain.Core.Nodes;

/// <summary>Receives a ledger's state.</summary>
/// <param name="assembly">The chunks so far.</param>
/// <param name="header">The header of the state's block.</param>
/// <param name="replace">Puts the whole state in the place of the ledger's own.</param>
internal sealed class LedgerRestore(
    StateAssembly assembly, BlockHeader header, Func<LedgerSnapshot, CancellationToken, ValueTask> replace) : IStateRestore
{
    public int ChunkCount => assembly.ChunkCount;

    public bool TryAdd(int index, ReadOnlyMemory<byte> chunk) => assembly.TryAdd(index, chunk);

    public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
        replace(new LedgerSnapshot(header.Height, header.Time, assembly.Complete()), cancellationToken);
}
