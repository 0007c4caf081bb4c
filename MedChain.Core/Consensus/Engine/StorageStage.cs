using System.Threading.Channels;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What follows a stored block and needs no hurry: observers, certificates, and flushing the store so that the log can be
/// cut.</summary>
internal sealed class StorageStage(CbftEngineOptions options, ChannelWriter<Input> loop)
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

    public void PostCertificate(BlockHeader header, SealCertificate certificate) =>
        _work.Writer.TryWrite(new Work(null, 0, header, certificate));

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
            }

            if (work.Flush || _blocks >= BlocksPerFlush || _bytes >= BytesPerFlush)
            {
                _blocks = 0;
                _bytes = 0;
                await options.BlockStore.FlushAsync(cancellationToken).ConfigureAwait(false);
                options.StateMachine.OnDurable(options.BlockStore.DurableHead);
                await loop.WriteAsync(new Input.BlocksDurable(options.BlockStore.DurableHead), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private sealed record Work(
        DeliveredBlock? Block, int Size, BlockHeader? Header, SealCertificate? Certificate, bool Flush = false);
}
