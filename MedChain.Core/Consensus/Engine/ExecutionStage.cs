using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Executes ordered blocks one after another beside the loop, hashes and encodes them.</summary>
internal sealed class ExecutionStage(
    IStateMachine stateMachine,
    TransactionPool pool,
    SharedBatches batches,
    Backlog stored,
    CheckpointKeeper checkpoints,
    ChannelWriter<Input> loop)
{
    private readonly Channel<Effect.Execute> _ordered = Channel.CreateUnbounded<Effect.Execute>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly ConcurrentDictionary<long, ExecutedBlock> _executed = new();

    /// <summary>Queues a block. The machine keeps at most two windows of blocks under way.</summary>
    public void Post(Effect.Execute block) => _ordered.Writer.TryWrite(block);

    /// <summary>Takes out an executed block.</summary>
    public ExecutedBlock Take(BlockHeight height) =>
        _executed.TryRemove(height.Value, out ExecutedBlock? block)
            ? block
            : throw new ConsensusException($"Block {height} is to be stored but was not executed.");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (Effect.Execute block in _ordered.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await stored.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(block.Body);
            var input = new BlockInput(block.Height, block.Time, transactions, block.Body.Commit.Epoch);
            BlockResult result = await ExecuteAsync(stateMachine, input, cancellationToken).ConfigureAwait(false);
            checkpoints.OnExecuted(block.Height);
            Digest[] leaves = SharedBatches.LeavesOf(block.Body.Batches);
            var executed = new ExecutedBlock(
                block.Height,
                transactions,
                result.Receipts,
                batches.TransactionsRoot(block.Body.Batches),
                MerkleTree.Root(BlockEncoding.HashLeaves(result.Receipts)),
                result.StateRoot,
                BlockEncoding.Encode(block.Body),
                BlockEncoding.EncodeReceipts(result.Receipts));
            ChosenValidators? chosen = stateMachine.Chosen;
            _executed[block.Height.Value] = executed;
            pool.OnDelivered(leaves);
            await loop.WriteAsync(
                new Input.BlockExecuted(block.Height, executed.TransactionsRoot, executed.ReceiptsRoot, executed.StateRoot, chosen),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Executes a block and checks what the state machine promises.</summary>
    /// <exception cref="ConsensusException">It broke its promise.</exception>
    public static async ValueTask<BlockResult> ExecuteAsync(IStateMachine machine, BlockInput block, CancellationToken cancellationToken)
    {
        BlockResult result = await machine.ExecuteAsync(block, cancellationToken).ConfigureAwait(false);
        return result.Receipts.Count == block.Transactions.Count
            ? result
            : throw new ConsensusException(
                $"The state machine gave {result.Receipts.Count} receipts for the {block.Transactions.Count} transactions of block "
                + $"{block.Height}.");
    }
}
