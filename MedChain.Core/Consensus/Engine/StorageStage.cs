using System.Threading.Channels;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What follows a stored block and needs no hurry: observers, certificates, and flushing the store so that the log can be
/// cut.</summary>
internal sealed class StorageStage(CbftEngineOptions options, CheckpointKeeper checkpoints, ChannelWriter<Input> loop)
{
    private const int BlocksPerFlush = 64;
    private const long BytesPerFlush = 16 * 1024 * 1024;

    private const int MaxBlocksWaiting = 256;
    private const long MaxBytesWaiting = 64 * 1024 * 1024;

    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private int _blocks;
    private long _bytes;

    /// <summary>Gets the stored blocks that observers have not seen. While they are too many, no more are executed.</summary>
    public Backlog Backlog { get; } = new("storage.blocks", MaxBlocksWaiting, MaxBytesWaiting);

    public void PostStored(DeliveredBlock block, int size)
    {
        Backlog.Add(size);
        _work.Writer.TryWrite(new Work(block, size, null, null));
    }

    public void PostCertificate(BlockHeader header, SealCertificate certificate, ValidatorHistory history) =>
        _work.Writer.TryWrite(new Work(null, 0, header, certificate, History: history));

    /// <summary>Puts a received state in the place of the state machine's own. Everything posted before is done then.</summary>
    public void PostInstall(Effect.InstallState install, IStateRestore restore) =>
        _work.Writer.TryWrite(new Work(null, 0, null, null, History: install.History, Checkpoint: install.Checkpoint, Restore: restore));

    /// <summary>Makes everything posted so far durable without waiting for more.</summary>
    public void PostFlush() => _work.Writer.TryWrite(new Work(null, 0, null, null, Flush: true));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (Work work in _work.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (work.Block is { } block)
            {
                options.OnDelivered?.Invoke(block);
                Backlog.Remove(work.Size);
                _blocks++;
                _bytes += work.Size;
            }

            if (work is { Header: { } header, Certificate: { } certificate })
            {
                options.BlockStore.PutCertificate(header.Height, Canonical.Encode(certificate));
                options.StateMachine.OnSealed(header, certificate);
                checkpoints.OnSealed(header, certificate, work.History!);
            }

            if (work is { Checkpoint: { } checkpoint, Restore: { } restore, History: { } history })
            {
                await InstallAsync(checkpoint, restore, history, cancellationToken).ConfigureAwait(false);
            }

            if (work.Flush || _blocks >= BlocksPerFlush || _bytes >= BytesPerFlush)
            {
                _blocks = 0;
                _bytes = 0;
                await options.BlockStore.FlushAsync(cancellationToken).ConfigureAwait(false);
                options.StateMachine.OnDurable(options.BlockStore.DurableHead);
                await loop.WriteAsync(new Input.BlocksDurable(options.BlockStore.DurableHead), cancellationToken).ConfigureAwait(false);
                await PruneAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>First the store durably begins after the state's block, then the state follows: a crash in between leaves a validator that
    /// knows that its state is missing.</summary>
    private async ValueTask InstallAsync(
        Checkpoint checkpoint, IStateRestore restore, ValidatorHistory history, CancellationToken cancellationToken)
    {
        checkpoint = checkpoint.Complete(history);
        options.BlockStore.StartAfter(checkpoint.ToAnchor());
        await options.BlockStore.FlushAsync(cancellationToken).ConfigureAwait(false);
        await restore.CompleteAsync(cancellationToken).ConfigureAwait(false);
        IStateMachine machine = options.StateMachine;
        if (machine.Height != checkpoint.Height || machine.StateRoot != checkpoint.Header.StateRoot)
        {
            throw new ConsensusException(
                $"The state machine took over the state after block {checkpoint.Height} and is now at height {machine.Height} with state "
                + $"root {machine.StateRoot}; it must be {checkpoint.Header.StateRoot}.");
        }

        if (machine.TakeSnapshot() is { } snapshot)
        {
            checkpoints.Hold(checkpoint, snapshot);
        }

        if (checkpoint.Later.IsEmpty)
        {
            machine.OnSealed(checkpoint.Header, checkpoint.Seal);
        }

        options.OnStateTransferred?.Invoke(checkpoint.Header);
        await loop.WriteAsync(new Input.StateInstalled(checkpoint, machine.Chosen), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops blocks that nobody needs any more, if this validator does not keep all.</summary>
    private async ValueTask PruneAsync(CancellationToken cancellationToken)
    {
        if (options.Limits.KeptBlocks == 0 || !checkpoints.HasAnchor(options.BlockStore.Head))
        {
            return;
        }

        BlockHeight durable = await options.StateMachine.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (checkpoints.TakeAnchor(options.BlockStore.Head, durable) is { } anchor && anchor.Height >= options.BlockStore.First)
        {
            options.BlockStore.StartAfter(anchor.ToAnchor());
            await loop.WriteAsync(new Input.BlocksPruned(options.BlockStore.First), cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed record Work(
        DeliveredBlock? Block,
        int Size,
        BlockHeader? Header,
        SealCertificate? Certificate,
        bool Flush = false,
        ValidatorHistory? History = null,
        Checkpoint? Checkpoint = null,
        IStateRestore? Restore = null);
}
