using System.Collections.Concurrent;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A block store in memory that survives restarts of its users. Blocks can be replaced, to see that damage is found.</summary>
internal sealed class MemoryBlockStore : IBlockStore
{
    private readonly Core.Storage.Memory.MemoryBlockStore _inner = new();
    private readonly ConcurrentDictionary<BlockHeight, StoredBlock> _replaced = new();
    private readonly ConcurrentDictionary<BlockHeight, byte> _lost = new();

    public BlockHeight Head => _inner.Head;

    public BlockHeight DurableHead => _inner.DurableHead;

    public StoredAnchor? Anchor => _inner.Anchor;

    public void Append(StoredBlock block) => _inner.Append(block);

    public void Replace(StoredBlock block) => _replaced[block.Height] = block;

    public void PutCertificate(BlockHeight height, ReadOnlyMemory<byte> certificate)
    {
        _inner.PutCertificate(height, certificate);
        _lost.TryRemove(height, out _);
    }

    /// <summary>Loses a certificate, as a crash does before the next flush.</summary>
    public void LoseCertificate(BlockHeight height) => _lost[height] = 0;

    public StoredBlock? TryRead(BlockHeight height) =>
        _replaced.TryGetValue(height, out StoredBlock? block) ? block : height.Value < 1 ? null : _inner.TryRead(height);

    public ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height) =>
        _lost.ContainsKey(height) ? (ReadOnlyMemory<byte>?)null : _inner.TryReadCertificate(height);

    public void StartAfter(StoredAnchor anchor) => _inner.StartAfter(anchor);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
