using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What happens before a validator speaks: the stored chain is checked, the state machine is brought up to it, and the log is
/// read.</summary>
internal static class EngineRecovery
{
    /// <summary>Recovers a validator.</summary>
    /// <exception cref="StorageException">The store belongs to another chain or is damaged.</exception>
    /// <exception cref="ConsensusException">The state machine does not fit the stored blocks.</exception>
    public static async ValueTask<RecoveredState> RecoverAsync(CbftEngineOptions options, CancellationToken cancellationToken)
    {
        BlockHeight head = options.BlockStore.Head;
        BlockHeader? header = null;
        BlockBody? body = null;
        if (head.Value > 0)
        {
            (header, body, _) = Read(options, head);
        }

        await ReplayAsync(options, head, cancellationToken).ConfigureAwait(false);
        return RecoveredState.Read(options.Log.Open(options.LogStream), header, body);
    }

    private static async ValueTask ReplayAsync(CbftEngineOptions options, BlockHeight head, CancellationToken cancellationToken)
    {
        IStateMachine machine = options.StateMachine;
        if (machine.Height > head)
        {
            throw new ConsensusException(
                $"The state machine is at height {machine.Height}, ahead of the block store at {head}: it must not make a block durable before "
                + "OnDurable names it. Restore the state of an older height.");
        }

        while (machine.Height < head)
        {
            BlockHeight next = machine.Height.Next;
            (BlockHeader header, BlockBody body, _) = Read(options, next);
            BlockResult result = await ExecutionStage.ExecuteAsync(
                machine, new BlockInput(next, header.Time, BlockEncoding.TransactionsOf(body)), cancellationToken).ConfigureAwait(false);
            if (result.StateRoot != header.StateRoot || MerkleTree.Root(BlockEncoding.HashLeaves(result.Receipts)) != header.ReceiptsRoot)
            {
                throw new ConsensusException(
                    $"Executing stored block {next} again gave state root {result.StateRoot}, but its header says {header.StateRoot}: "
                    + "the state machine is another version or not deterministic, or its state was changed.");
            }

            if (machine.Height != next)
            {
                throw new ConsensusException($"The state machine says it is at height {machine.Height} after executing block {next}.");
            }
        }
    }

    private static (BlockHeader Header, BlockBody Body, StoredBlock Block) Read(CbftEngineOptions options, BlockHeight height)
    {
        StoredBlock block = options.BlockStore.TryRead(height)
            ?? throw new StorageException(StorageFault.Corrupt, $"Block {height} is missing below the head {options.BlockStore.Head}.");
        if (!Canonical.TryDecode(block.Header, out BlockHeader? header, out string? reason)
            || !Canonical.TryDecode(block.Body, out BlockBody? body, out reason))
        {
            throw new StorageException(StorageFault.Corrupt, $"Block {height} cannot be read: {reason}");
        }

        if (header.Chain != options.Chain || header.Validators != options.Validators.Hash)
        {
            throw new StorageException(
                StorageFault.Foreign,
                $"The block store holds block {height} of chain {header.Chain}, not of {options.Chain} with these validators: open the right folder.");
        }

        return (header, body, block);
    }
}
