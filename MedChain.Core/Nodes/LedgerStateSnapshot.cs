using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;

namespace MedChain.Core.Nodes;

/// <summary>A ledger's state for validators that lack the blocks before it. The tree is shared with the ledger and cut only when somebody
/// asks. Thread safe.</summary>
internal sealed class LedgerStateSnapshot : IStateSnapshot
{
    private const int ChunkBytes = 256 * 1024;

    private readonly Lazy<(StateCut Cut, ReadOnlyMemory<byte> Manifest)> _cut;

    public LedgerStateSnapshot(LedgerSnapshot snapshot)
    {
        _cut = new(() =>
        {
            var cut = StateCut.Of(snapshot.Tree, ChunkBytes);
            return (cut, Canonical.Encode(cut.Manifest));
        });
    }

    public ReadOnlyMemory<byte> Manifest => _cut.Value.Manifest;

    public int ChunkCount => _cut.Value.Cut.ChunkCount;

    public ReadOnlyMemory<byte> ReadChunk(int index) => _cut.Value.Cut.Encode(index);
}
