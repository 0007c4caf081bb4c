using System.Buffers;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Clients;

/// <summary>What became of the request for one record.</summary>
/// <param name="Request">The request; its decision is on the chain under this name.</param>
/// <param name="Outcome">The committed decision.</param>
/// <param name="Record">The record, which the caller disposes; <see langword="null"/> when it was not permitted or cannot be read.</param>
/// <param name="Problem">Why it cannot be read; <see langword="null"/> otherwise.</param>
public sealed record OpeningResult(Digest Request, DecisionOutcome Outcome, OpenedRecord? Record, string? Problem);

/// <summary>A record whose key was released to this reader. Parts of it are read by themselves: only the chunks that a part touches are
/// fetched, each is checked against the chain's content root, and decrypted. Thread safe.</summary>
/// <remarks>One decision of the chain stands for all that is read until the object is disposed, also after a revocation: the key is
/// here.</remarks>
public sealed class OpenedRecord : IDisposable
{
    /// <summary>Bytes that <see cref="CopyToAsync"/> holds at a time.</summary>
    private const int CopySize = 4 * ContentCipher.ChunkSize;

    private readonly RecordContents _contents;

    internal OpenedRecord(Digest record, RecordContents contents)
    {
        Record = record;
        _contents = contents;
    }

    /// <summary>Gets the record.</summary>
    public Digest Record { get; }

    /// <summary>Gets what the record is.</summary>
    public RecordDescription Description => _contents.Description;

    /// <summary>Gets the length of the content in bytes.</summary>
    public long Length => _contents.Length;

    /// <summary>Reads a part of the content into a new array.</summary>
    /// <param name="offset">Where the part begins, from 0.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The part. The caller zeroes it after use.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the content.</exception>
    /// <exception cref="StorageException">A chunk is gone, or is not what the chain commits to, or the store failed.</exception>
    public async Task<byte[]> ReadRangeAsync(long offset, int length, CancellationToken cancellationToken = default)
    {
        RequireInside(offset, length);
        byte[] part = new byte[length];
        await ReadAsync(offset, part, cancellationToken).ConfigureAwait(false);
        return part;
    }

    /// <summary>Reads a part of the content into the caller's memory.</summary>
    /// <param name="offset">Where the part begins, from 0.</param>
    /// <param name="destination">Gets the part: as many bytes as it has room for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Done when all of it is read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the content.</exception>
    /// <exception cref="StorageException">A chunk is gone, or is not what the chain commits to, or the store failed; then
    /// <paramref name="destination"/> is zeroed.</exception>
    public async Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        RequireInside(offset, destination.Length);
        if (await _contents.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            throw new StorageException(StorageFault.Corrupt, problem);
        }
    }

    /// <summary>Writes the whole content to a stream, some chunks at a time: memory does not grow with the content. Nothing is written that
    /// is not checked; when a chunk cannot be read, those before it are written already.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="progress">Told how many bytes are written; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>Done when all is written.</returns>
    /// <exception cref="StorageException">A chunk is gone, or is not what the chain commits to, or the store failed.</exception>
    public async Task CopyToAsync(Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            for (long offset = 0; offset < Length;)
            {
                Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(CopySize, Length - offset));
                await ReadAsync(offset, part, cancellationToken).ConfigureAwait(false);
                await destination.WriteAsync(part, cancellationToken).ConfigureAwait(false);
                offset += part.Length;
                progress?.Report(offset);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _contents.Dispose();

    private void RequireInside(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"{length} bytes from {offset} are not within the record's {Length} bytes.");
        }
    }
}
