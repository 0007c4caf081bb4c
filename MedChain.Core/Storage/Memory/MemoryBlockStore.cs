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
    private StoredAnchor? _anchor;

    /// <inheritdoc/>
    public BlockHeight Head
    {
        get
        {
            lock (_gate)
            {
                return new BlockHeight((_anchor?.Height.Value ?? 0) + _blocks.Count);
            }
        }
    }

    /// <inheritdoc/>
    public StoredAnchor? Anchor
    {
        get
        {
            lock (_gate)
            {
                return _anchor;
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
            if (BlockRules.IsNext(block, _anchor, Head, height => Find(height)!.HeaderHash))
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
            BlockRules.RequireStored(height, _anchor, Head);
            _certificates[height] = certificate.ToArray();
        }
    }

    /// <inheritdoc/>
    public StoredBlock? TryRead(BlockHeight height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height.Value, 1, nameof(height));
        lock (_gate)
        {
            return Find(height);
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
    public void StartAfter(StoredAnchor anchor)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        lock (_gate)
        {
            BlockHeight head = Head;
            if (!BlockRules.IsNewAnchor(anchor, _anchor, head, height => Find(height)!.HeaderHash))
            {
                return;
            }

            for (BlockHeight height = (_anchor?.Height ?? default).Next; height <= head && height <= anchor.Height; height = height.Next)
            {
                _certificates.Remove(height);
            }

            long kept = Math.Max(0, head.Value - anchor.Height.Value);
            _blocks.RemoveRange(0, (int)(_blocks.Count - kept));
            _anchor = anchor;
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private StoredBlock? Find(BlockHeight height)
    {
        long index = height.Value - 1 - (_anchor?.Height.Value ?? 0);
        return index >= 0 && index < _blocks.Count ? _blocks[(int)index] : null;
    }
}
