using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>Erasable bytes under their SHA-256: ciphertext chunks, key headers, policy texts and other attachments. Thread safe. One
/// institution's validators may share one.</summary>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>Stores some blobs; each is durable when the task is done. Blobs already there are kept.</summary>
    /// <param name="blobs">Contents; each is stored under its SHA-256. The caller may use the memory again when the task is done.</param>
    /// <param name="cancellationToken">Stops between blobs.</param>
    /// <returns>The blobs' digests, in their order, when all are durable.</returns>
    /// <exception cref="StorageException">The medium failed or is full.</exception>
    ValueTask<IReadOnlyList<Digest>> PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken);

    /// <summary>Reads a blob and checks it against its digest.</summary>
    /// <param name="digest">SHA-256 of the content.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The content, or <see langword="null"/> when it was never stored or is erased.</returns>
    /// <exception cref="StorageException">What is stored under that digest has another digest.</exception>
    ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Reads the beginning of a blob, or all of it, into the caller's memory, and does not check it: the caller hashes what must
    /// be right.</summary>
    /// <param name="digest">SHA-256 of the content.</param>
    /// <param name="destination">Gets as many bytes as it has room for.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Length of the blob in bytes, also beyond <paramref name="destination"/>, or <see langword="null"/> when it was never stored
    /// or is erased.</returns>
    /// <exception cref="StorageException">The medium failed.</exception>
    async ValueTask<int?> TryReadAsync(Digest digest, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (await TryGetAsync(digest, cancellationToken).ConfigureAwait(false) is not { } blob)
        {
            return null;
        }

        blob[..Math.Min(blob.Length, destination.Length)].CopyTo(destination);
        return blob.Length;
    }

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
