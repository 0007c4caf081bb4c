using System.Collections.Concurrent;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Custody;

/// <summary>A store that takes down what was read of it.</summary>
internal sealed class WatchedBlobStore(IBlobStore store) : IBlobStore
{
    public ConcurrentQueue<Digest> Read { get; } = new();

    public ValueTask<IReadOnlyList<Digest>> PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken) =>
        store.PutAsync(blobs, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken)
    {
        Read.Enqueue(digest);
        return store.TryGetAsync(digest, cancellationToken);
    }

    public ValueTask<int?> TryReadAsync(Digest digest, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Read.Enqueue(digest);
        return store.TryReadAsync(digest, destination, cancellationToken);
    }

    public bool Contains(Digest digest) => store.Contains(digest);

    public ValueTask<bool> EraseAsync(Digest digest, CancellationToken cancellationToken) => store.EraseAsync(digest, cancellationToken);

    public IEnumerable<Digest> List() => store.List();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
