using System.Collections.Concurrent;
using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Memory;

/// <summary>Blobs in memory, for tests, simulations and networks that keep nothing. Thread safe.</summary>
/// <remarks>Disposing changes nothing, so that the same object can serve a node that is started again.</remarks>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<Digest, ReadOnlyMemory<byte>> _blobs = new();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Digest>> PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        var names = new Digest[blobs.Count];
        for (int i = 0; i < blobs.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Digest digest = Digest.Of(blobs[i].Span);
            names[i] = digest;
            if (!_blobs.ContainsKey(digest))
            {
                _blobs.TryAdd(digest, blobs[i].ToArray());
            }
        }

        return ValueTask.FromResult<IReadOnlyList<Digest>>(names);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_blobs.TryGetValue(digest, out ReadOnlyMemory<byte> blob) ? blob : (ReadOnlyMemory<byte>?)null);
    }

    /// <inheritdoc/>
    public bool Contains(Digest digest) => _blobs.ContainsKey(digest);

    /// <inheritdoc/>
    public ValueTask<bool> EraseAsync(Digest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_blobs.TryRemove(digest, out _));
    }

    /// <inheritdoc/>
    public IEnumerable<Digest> List() => _blobs.Keys;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
