using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Custody;

/// <summary>A dishonest store: other bytes under one name.</summary>
internal sealed class SwappingBlobStore(IBlobStore honest, Digest name, ReadOnlyMemory<byte> bytes) : IBlobStore
{
    public ValueTask<IReadOnlyList<Digest>> PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken) =>
        honest.PutAsync(blobs, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken) =>
        digest == name ? ValueTask.FromResult<ReadOnlyMemory<byte>?>(bytes) : honest.TryGetAsync(digest, cancellationToken);

    public bool Contains(Digest digest) => honest.Contains(digest);

    public ValueTask<bool> EraseAsync(Digest digest, CancellationToken cancellationToken) => honest.EraseAsync(digest, cancellationToken);

    public IEnumerable<Digest> List() => honest.List();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
