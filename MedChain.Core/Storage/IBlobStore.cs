using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>Erasable bytes under their SHA-256: ciphertext chunks, key headers, policy texts and other attachments. Thread safe. One
/// institution's validators may share one.</summary>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>Stores some blobs; each is durable when the task is done. Blobs already there are kept.</summary>
    /// <param name="blobs">Contents; each is stored under its SHA-256.</param>
    /// <param name="cancellationToken">Stops between blobs.</param>
    /// <returns>Done when all are durable.</returns>
    /// <exception cref="StorageException">The medium failed or is full.</exception>
    ValueTask PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken);

    /// <summary>Reads a blob and checks it against its digest.</summary>
    /// <param name="digest">SHA-256 of the content.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The content, or <see langword="null"/> when it was never stored or is erased.</returns>
    /// <exception cref="StorageException">What is stored under that digest has another digest.</exception>
    ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Says whether a blob is stored, without reading it.</summary>
    /// <param name="digest">SHA-256 of the content.</param>
    /// <returns>Whether it is.</returns>
    bool Contains(Digest digest);

    /// <summary>Removes a blob. Promises nothing about the medium: keys make the content unreadable.</summary>
    /// <param name="digest">SHA-256 of the content.</param>
    /// <param name="cancellationToken">Stops before the removal.</param>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> EraseAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Lists what is stored, in no order.</summary>
    /// <returns>Digests; a snapshot or a live view.</returns>
    IEnumerable<Digest> List();
}
