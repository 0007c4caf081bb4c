using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A block store in memory that survives restarts of its users. Blocks can be replaced, to see that damage is found.</summary>
internal sealed class MemoryBlockStore : IBlockStore
{
    private readonly Lock _access = new();
    private readonly List<StoredBlock> _blocks = [];
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _certificates = [];

    public BlockHeight Head
    {
        get
        {
            lock (_access)
            {
                return new BlockHeight(_blocks.Count);
            }
        }
    }

    public BlockHeight DurableHead => Head;

    public void Append(StoredBlock block)
    {
        lock (_access)
        {
            if (block.Height.Value <= _blocks.Count && _blocks[(int)block.Height.Value - 1].HeaderHash == block.HeaderHash)
            {
                return;
            }

            if (block.Height.Value != _blocks.Count + 1)
            {
                throw new ArgumentException($"Block {block.Height} does not follow {_blocks.Count}.", nameof(block));
            }

            _blocks.Add(block);
        }
    }

    public void Replace(StoredBlock block)
    {
        lock (_access)
        {
            _blocks[(int)block.Height.Value - 1] = block;
        }
    }

    public void PutCertificate(BlockHeight height, ReadOnlyMemory<byte> certificate)
    {
        lock (_access)
        {
            _certificates[height.Value] = certificate;
        }
    }

    public StoredBlock? TryRead(BlockHeight height)
    {
        lock (_access)
        {
            return height.Value >= 1 && height.Value <= _blocks.Count ? _blocks[(int)height.Value - 1] : null;
        }
    }

    public ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height)
    {
        lock (_access)
        {
            return _certificates.TryGetValue(height.Value, out ReadOnlyMemory<byte> certificate)
                ? certificate
                : (ReadOnlyMemory<byte>?)null;
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
