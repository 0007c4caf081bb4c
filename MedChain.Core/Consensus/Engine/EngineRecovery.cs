using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
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
    public static async ValueTask<RecoveredChain> RecoverAsync(CbftEngineOptions options, CancellationToken cancellationToken)
    {
        BlockHeight head = options.BlockStore.Head;
        LogContents log = options.Log.Open(options.LogStream);
        var history = new ValidatorHistory(options.Chain, options.Validators);
        Checkpoint? anchor = null;
        if (options.BlockStore.Anchor is { } stored)
        {
            (anchor, history) = Checkpoint.Read(stored, history);
        }

        ValidatorHistory atAnchor = history;
        Handoff? logged = StoredHistory.HandoffIn(log);
        history = StoredHistory.Read(options.BlockStore, history, logged);
        if (logged is not null)
        {
            // Its seal may have come from the log just now, where the next epoch's takes its place.
            await options.BlockStore.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        if (anchor is not null && options.StateMachine.Height < anchor.Height)
        {
            // The blocks that lead to the state are gone, so the blocks that follow it are of no use yet.
            return new RecoveredChain(log, atAnchor, anchor.Header, anchor.Ordering, null) { Anchor = anchor, LacksState = true };
        }

        DecodedBlock? last = head > (anchor?.Height ?? default) ? Read(options, history, head) : null;
        await ReplayAsync(options, history, head, cancellationToken).ConfigureAwait(false);
        return new RecoveredChain(
            log, history, last?.Header ?? anchor?.Header, last?.Body.Ordering ?? anchor?.Ordering, options.StateMachine.Chosen)
        {
            Anchor = anchor,
        };
    }

    private static async ValueTask ReplayAsync(
        CbftEngineOptions options, ValidatorHistory history, BlockHeight head, CancellationToken cancellationToken)
    {
        IStateMachine machine = options.StateMachine;
        if (machine.Height > head)
        {
            throw new ConsensusException(
                $"The state machine is at height {machine.Height}, ahead of the block store at {head}: it must not make a block "
                + "durable before OnDurable names it. Restore the state of an older height.");
        }

        while (machine.Height < head)
        {
            BlockHeight next = machine.Height.Next;
            DecodedBlock block = Read(options, history, next);
            BlockHeader header = block.Header;
            BlockResult result = await ExecutionStage.ExecuteAsync(
                machine, new BlockInput(next, header.Time, block.Transactions, header.Epoch), cancellationToken).ConfigureAwait(false);
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

    private static DecodedBlock Read(CbftEngineOptions options, ValidatorHistory history, BlockHeight height)
    {
        StoredBlock stored = options.BlockStore.TryRead(height)
            ?? throw new StorageException(StorageFault.Corrupt, $"Block {height} is missing below the head {options.BlockStore.Head}.");
        DecodedBlock block = BlockReader.Read(stored);
        return block.Header.Chain == options.Chain && history.At(height).Validators.Hash == block.Header.Validators
            ? block
            : throw new StorageException(
                StorageFault.Foreign,
                $"The block store holds block {height} of chain {block.Header.Chain}, not of {options.Chain} with these "
                + "validators: open the right folder.");
    }
}
