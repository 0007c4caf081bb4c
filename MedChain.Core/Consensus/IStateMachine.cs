using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>What consensus replicates: anything that turns an ordered list of transactions into a state, the same on every
/// validator.</summary>
public interface IStateMachine
{
    /// <summary>Gets the height of the last block applied; 0 before the first.</summary>
    BlockHeight Height { get; }

    /// <summary>Gets the root of the state after <see cref="Height"/>.</summary>
    Digest StateRoot { get; }

    /// <summary>Gets the validators that the state has chosen to follow the current ones, with the height of the block that chose them: as
    /// of <see cref="Height"/>, so the same on every validator. <see langword="null"/>, the default, when nobody ever was chosen.</summary>
    /// <remarks>The epoch ends <see cref="ChosenValidators.Distance"/> blocks after the choice. One choice in an epoch: the state machine
    /// must not make another one until <see cref="BlockInput.Epoch"/> has grown. It need not forget a choice that has taken
    /// effect.</remarks>
    ChosenValidators? Chosen => null;

    /// <summary>Checks what can be checked of a transaction without the state: form, size, signature. Called on several threads at once,
    /// also while a block executes.</summary>
    /// <param name="transaction">The transaction's bytes.</param>
    /// <returns><see langword="null"/> when it may be ordered, else the reason why not.</returns>
    string? Check(ReadOnlyMemory<byte> transaction);

    /// <summary>Names the sender of a transaction that passed <see cref="Check"/>. Called on several threads at once.</summary>
    /// <param name="transaction">The transaction's bytes.</param>
    /// <returns>The sender; <see langword="null"/>, the default, when the machine has no clients: then only the bounds over all
    /// transactions apply.</returns>
    TransactionOrigin? Identify(ReadOnlyMemory<byte> transaction) => null;

    /// <summary>Applies the next block. Deterministic: same state and same block, same receipts and root, on any machine.</summary>
    /// <param name="block">The block; its height is <see cref="Height"/> + 1.</param>
    /// <param name="cancellationToken">Set when the host stops; the block is then executed again after a restart.</param>
    /// <returns>One receipt for each transaction and the root of the new state.</returns>
    /// <remarks>Invalid transactions get a receipt that says so. An exception stops the validator: the machine is broken or cannot read
    /// what it needs.</remarks>
    ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken);

    /// <summary>Told when a quorum has sealed a block, in order of height; heights may be skipped.</summary>
    /// <param name="header">The block's header.</param>
    /// <param name="certificate">The quorum's signatures.</param>
    void OnSealed(BlockHeader header, SealCertificate certificate);

    /// <summary>Told up to which height blocks survive a power loss. A state machine with a durable state of its own must not make the
    /// effects of a later block durable before it is told so: after a crash it may lag behind the blocks, which are then executed again,
    /// but never be ahead of them.</summary>
    /// <param name="height">The height; never lower than the one before.</param>
    void OnDurable(BlockHeight height)
    {
    }

    /// <summary>Keeps the state as it is now, after <see cref="Height"/>, for validators that lack the blocks before it. Called between two
    /// blocks, so it must be quick: share, do not copy.</summary>
    /// <returns>The state; <see langword="null"/>, the default, when this machine cannot give its state away: then all blocks are kept, and
    /// whoever lags fetches all that it lacks.</returns>
    IStateSnapshot? TakeSnapshot() => null;

    /// <summary>Begins to receive the state after a later block.</summary>
    /// <param name="header">The block's header, which a quorum sealed.</param>
    /// <param name="manifest">What a peer says the state consists of: bytes of any origin.</param>
    /// <returns>The receiver; <see langword="null"/> when the manifest does not fit the header's state root.</returns>
    IStateRestore? BeginRestore(BlockHeader header, ReadOnlyMemory<byte> manifest) => null;

    /// <summary>Makes the state durable, as far as <see cref="OnDurable"/> allows.</summary>
    /// <param name="cancellationToken">Stops waiting, not the work.</param>
    /// <returns>The height up to which the state survives a power loss, so that blocks up to it may be dropped. 0, the default, for a
    /// machine that keeps nothing.</returns>
    ValueTask<BlockHeight> FlushAsync(CancellationToken cancellationToken) => ValueTask.FromResult(default(BlockHeight));
}

/// <summary>What a block asks the state machine to do.</summary>
/// <param name="Height">The block's height.</param>
/// <param name="Time">Block time in milliseconds since the Unix epoch, strictly increasing.</param>
/// <param name="Transactions">In order. The buffers are the receiver's to keep.</param>
/// <param name="Epoch">The epoch whose validators decided the block, from 0.</param>
public sealed record BlockInput(BlockHeight Height, long Time, IReadOnlyList<ReadOnlyMemory<byte>> Transactions, long Epoch = 0);

/// <summary>What a block did.</summary>
/// <param name="Receipts">One for each transaction, in the same order.</param>
/// <param name="StateRoot">Root of the state after the block.</param>
public sealed record BlockResult(IReadOnlyList<ReadOnlyMemory<byte>> Receipts, Digest StateRoot);
