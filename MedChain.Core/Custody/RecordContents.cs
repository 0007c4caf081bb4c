using System.Buffers;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>A record whose key was restored. Any part of it is read by itself: only the chunks it touches are fetched, each is checked
/// against the content root and decrypted. Thread safe.</summary>
internal sealed class RecordContents : IDisposable
{
    /// <summary>Longest content that is read as a whole: its length is the owner's word until its chunks are read.</summary>
    public const int MaxWhole = 256 * 1024 * 1024;

    private readonly Digest _record;
    private readonly ContentMap _map;
    private readonly ContentCipher _cipher;
    private readonly IBlobStore _blobs;

    private RecordContents(Digest record, RecordDescription description, ContentMap map, ContentCipher cipher, IBlobStore blobs)
    {
        _record = record;
        _map = map;
        _cipher = cipher;
        _blobs = blobs;
        Description = description;
    }

    /// <summary>What the record is.</summary>
    public RecordDescription Description { get; }

    /// <summary>Length of the plaintext in bytes.</summary>
    public long Length => _map.Index.Length;

    /// <summary>Opens a record that a decision permits: checks manifest, index and key header against the decision's commitments, and
    /// restores the key.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="record">The record with its commitments.</param>
    /// <param name="shares">What custodians released for the permit.</param>
    /// <param name="blobs">Where manifests, headers and chunks are; not trusted.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The record, which the caller disposes, or the reason why it cannot be read.</returns>
    public static async ValueTask<(RecordContents? Contents, string? Problem)> OpenAsync(
        ChainId chain, PermittedRecord record, OpenedShares shares, IBlobStore blobs, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenCheckedAsync(chain, record, shares, blobs, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return (null, $"Record {record.Record} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a part of the plaintext.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="destination">Gets the part; zeroed when it cannot be read. Offset and length are within <see cref="Length"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><see langword="null"/>, or why it cannot be read.</returns>
    public async ValueTask<string?> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SizeOf(ContentCipher.ChunkSize));
        string? problem = null;
        try
        {
            for (int done = 0; done < destination.Length && problem is null;)
            {
                int chunk = (int)((offset + done) / ContentCipher.ChunkSize);
                int skip = (int)((offset + done) % ContentCipher.ChunkSize);
                int count = Math.Min(_map.Index.LengthOf(chunk) - skip, destination.Length - done);
                problem = await ReadChunkAsync(chunk, skip, destination.Slice(done, count), buffer, cancellationToken)
                    .ConfigureAwait(false);
                done += count;
            }

            return problem;
        }
        catch (StorageException e)
        {
            problem = $"Record {_record} cannot be read: {e.Message}";
            return problem;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (problem is not null)
            {
                CryptographicOperations.ZeroMemory(destination.Span);
            }
        }
    }

    /// <summary>Reads the whole plaintext into a new array, which the caller zeroes.</summary>
    public async ValueTask<RecordContent> ReadAllAsync(CancellationToken cancellationToken)
    {
        if (Length > MaxWhole)
        {
            return RecordContent.Failed(
                $"Record {_record} has {Length} bytes, too many for one array of {MaxWhole}: open it and read parts.");
        }

        byte[] plaintext = GC.AllocateUninitializedArray<byte>((int)Length);
        string? problem = null;
        bool isRead = false;
        try
        {
            problem = plaintext.Length == 0
                ? await ReadChunkAsync(0, 0, default, new byte[SizeOf(0)], cancellationToken)
                    .ConfigureAwait(false)
                : await ReadAsync(0, plaintext, cancellationToken).ConfigureAwait(false);
            isRead = problem is null;
        }
        finally
        {
            if (!isRead)
            {
                CryptographicOperations.ZeroMemory(plaintext);
            }
        }

        return problem is null ? new RecordContent(plaintext, null) : RecordContent.Failed(problem);
    }

    public void Dispose() => _cipher.Dispose();

    private static async ValueTask<(RecordContents? Contents, string? Problem)> OpenCheckedAsync(
        ChainId chain, PermittedRecord record, OpenedShares shares, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, record.Manifest, cancellationToken).ConfigureAwait(false)
                is not { } manifest
            || await AttachmentReader.TryReadAsync<KeyHeader>(blobs, record.KeyHeader, cancellationToken).ConfigureAwait(false)
                is not { } header)
        {
            return (null, $"The manifest or key header of record {record.Record} is gone or is not what the chain commits to.");
        }

        var map = new ContentMap(manifest.Content, blobs);
        if (!map.IsOf(record.ContentRoot))
        {
            return (null, $"The index of record {record.Record} is not that of the content that the chain commits to.");
        }

        using SecretScalar? secret = shares.TryRestore(record.Record, header);
        if (secret is null)
        {
            return (null, $"Custodians released {shares.CountOf(record.Record)} shares for record {record.Record}, too few good ones: "
                + $"{header.Commitments.Length} are needed.");
        }

        ContentCipher cipher = ContentCipher.ForExisting(secret, header.Content, chain, record.Record);
        return (new RecordContents(record.Record, manifest.Description, map, cipher, blobs), null);
    }

    /// <summary>Length of the blob of a chunk with so many plaintext bytes.</summary>
    private int SizeOf(int length) => RecordSealer.MarkSize + _cipher.SealedSize(ContentIndex.Pad(length));

    /// <summary>Reads a part of one chunk.</summary>
    private async ValueTask<string?> ReadChunkAsync(
        int chunk, int skip, Memory<byte> destination, byte[] buffer, CancellationToken cancellationToken)
    {
        if (await _map.TryNameAsync(chunk, cancellationToken).ConfigureAwait(false) is not { } name)
        {
            return $"The page of the index of record {_record} with chunk {chunk} is gone or is not what the chain commits to.";
        }

        if (await _blobs.TryReadAsync(name, buffer, cancellationToken).ConfigureAwait(false) is not { } size)
        {
            return $"Chunk {chunk} of record {_record}, blob {name}, is gone.";
        }

        int length = ContentIndex.Pad(_map.Index.LengthOf(chunk));
        return size != SizeOf(length) || Digest.Of(buffer.AsSpan(0, size)) != name
            ? $"Chunk {chunk} of record {_record} is damaged: it is not what the chain commits to."
            : Decrypt(chunk, skip, buffer.AsSpan(RecordSealer.MarkSize, size - RecordSealer.MarkSize), length, destination.Span);
    }

    private string? Decrypt(int chunk, int skip, ReadOnlySpan<byte> ciphertext, int length, Span<byte> destination)
    {
        bool isLast = chunk == _map.Index.Count - 1;
        bool isWhole = destination.Length == length;
        byte[]? rented = isWhole ? null : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> plaintext = isWhole ? destination : rented.AsSpan(0, length);
        bool authentic = _cipher.TryDecryptChunk(chunk, isLast, ciphertext, plaintext);
        if (rented is not null)
        {
            plaintext.Slice(skip, destination.Length).CopyTo(destination);
            CryptographicOperations.ZeroMemory(plaintext);
            ArrayPool<byte>.Shared.Return(rented);
        }

        return authentic
            ? null
            : $"Chunk {chunk} of record {_record} does not decrypt: its owner encrypted it under another key or for another place.";
    }
}
