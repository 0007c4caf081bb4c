using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A block that a state machine executed.</summary>
internal sealed record ExecutedSlot(
    BlockBody Body, IReadOnlyList<ReadOnlyMemory<byte>> Transactions, IReadOnlyList<ReadOnlyMemory<byte>> Receipts, Digest StateRoot)
{
    public Digest TransactionsRoot => MerkleTree.Root(BlockEncoding.HashLeaves(Transactions));

    public Digest ReceiptsRoot => MerkleTree.Root(BlockEncoding.HashLeaves(Receipts));

    /// <summary>Executes a block.</summary>
    public static ExecutedSlot Of(IStateMachine state, BlockHeight height, long time, BlockBody body)
    {
        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(body);
        var input = new BlockInput(height, time, transactions, body.Commit.Epoch);
        ValueTask<BlockResult> execution = state.ExecuteAsync(input, CancellationToken.None);
        BlockResult result = execution.AsTask().GetAwaiter().GetResult(); // Nothing here waits: all stores are in memory.
        return new ExecutedSlot(body, transactions, result.Receipts, result.StateRoot);
    }
}
