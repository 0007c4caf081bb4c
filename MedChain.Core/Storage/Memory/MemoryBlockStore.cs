using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Memory;

/// <summary>Blocks in memory, for tests, simulations and networks that keep nothing. Thread safe. Everything accepted counts as
/// durable.</summary>
/// <remarks>Disposing changes nothing, so that the same object can serve a validator that is started again.</remarks>
public sealed class MemoryBlockStore : IBlockStore
{
    private readonly Lock _gate = new();
    private readonly List<StoredBlock> _blocks = [];
    private readonly Dictionary<BlockHeight, byte[]> _certificates = [];

    /// <inheritdoc/>
    public BlockHeight Head
    {
        get
        {
            lock (_gate)
            {
                return new BlockHeight(_blocks.Count);
            }
        }
    }

    /// <inheritdoc/>
    public BlockHeight DurableHead => Head;

    /// <inheritdoc/>
    public void Append(StoredBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        lock (_gate)
        {
            if (BlockRules.IsNext(block, Head, height => _blocks[(int)(height.Value - 1)].HeaderHash))
            {
                _blocks.Add(block);
            }
        }
    }

    /// <inheritdoc/>
    public void PutCertificate(BlockHeight height, ReadOnlyMemory<byte> certificate)
    {
        lock (_gate)
        {
            BlockRules.RequireStored(height, Head);
            _certificates[height] = certificate.ToArray();
        }
    }

    /// <inheritdoc/>
    public StoredBlock? TryRead(BlockHeight height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height.Value, 1, nameof(height));
        lock (_gate)
        {
            return height > Head ? null : _blocks[(int)(height.Value - 1)];
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height.Value, 1, nameof(height));
        lock (_gate)
        {
            return _certificates.TryGetValue(height, out byte[]? certificate) ? certificate : (ReadOnlyMemory<byte>?)null;
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
