using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A block of a simulated store, encoded when somebody asks for its bytes.</summary>
internal sealed record StoredSlot(BlockHeader Header, BlockBody Body, IReadOnlyList<ReadOnlyMemory<byte>> Transactions)
{
    private ReadOnlyMemory<byte>? _encoded;

    public ReadOnlyMemory<byte> Encoded => _encoded ??= BlockEncoding.Encode(Body);
}
