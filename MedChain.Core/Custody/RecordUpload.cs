using System.Buffers;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>Encrypts a content into a blob store, some chunks at a time, so that memory does not grow with it. Used once; not thread
/// safe.</summary>
internal sealed class RecordUpload : IDisposable
{
    /// <summary>Chunks that are stored together: their flushes share the disk's time.</summary>
    private const int BatchSize = 16;

    private readonly IBlobStore _blobs;
    private readonly IProgress<long>? _progress;
    private readonly List<ReadOnlyMemory<byte>> _batch = [];
    private readonly byte[]?[] _buffers = new byte[]?[BatchSize];
    private IReadOnlyList<Digest> _pages = [];
    private long _sealed;

    /// <param name="chain">The owner's chain.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="blobs">Where the ciphertext goes.</param>
    /// <param name="progress">Told how many plaintext bytes are stored.</param>
    public RecordUpload(ChainId chain, AccountId owner, IBlobStore blobs, IProgress<long>? progress = null)
    {
        _blobs = blobs;
        _progress = progress;
        Sealer = new RecordSealer(chain, owner);
    }

    public RecordSealer Sealer { get; }

    /// <summary>Stores a content.</summary>
    /// <returns>The index of its chunks.</returns>
    /// <exception cref="ArgumentException">The content is too long.</exception>
    /// <exception cref="StorageException">The store failed or is full.</exception>
    public async Task<ContentIndex> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        int count = ContentCipher.CountOf(content.Length);
        if (content.Length > ContentCipher.MaxLength)
        {
            throw TooLong(content.Length);
        }

        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> part = content[(i * ContentCipher.ChunkSize)..];
            await AddAsync(part[..Math.Min(part.Length, ContentCipher.ChunkSize)], i == count - 1, cancellationToken).ConfigureAwait(false);
        }

        return await FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores what a stream gives until its end.</summary>
    /// <returns>The index of its chunks.</returns>
    /// <exception cref="ArgumentException">The content is too long.</exception>
    /// <exception cref="StorageException">The store failed or is full.</exception>
    public async Task<ContentIndex> WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        byte[] current = new byte[ContentCipher.ChunkSize];
        byte[] next = new byte[ContentCipher.ChunkSize];
        try
        {
            int length = await content.ReadAtLeastAsync(current, current.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            while (true)
            {
                // Only what follows a full chunk says whether it is the last.
                int following = length < current.Length
                    ? 0
                    : await content.ReadAtLeastAsync(next, next.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (_sealed + length + following > ContentCipher.MaxLength)
                {
                    throw TooLong(_sealed + length + following);
                }

                await AddAsync(current.AsMemory(0, length), following == 0, cancellationToken).ConfigureAwait(false);
                if (following == 0)
                {
                    return await FinishAsync(cancellationToken).ConfigureAwait(false);
                }

                (current, next, length) = (next, current, following);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(current);
            CryptographicOperations.ZeroMemory(next);
        }
    }

    /// <summary>Takes away what was stored of a record that does not come onto the chain. Nobody gets its key, so what a store that fails
    /// keeps is only rubbish.</summary>
    public async Task AbandonAsync()
    {
        try
        {
            foreach (Digest blob in Sealer.Names.ToArray().Concat(_pages))
            {
                await _blobs.EraseAsync(blob, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (StorageException)
        {
            // The caller hears of what made the record fail.
        }
    }

    public void Dispose()
    {
        Sealer.Dispose();
        Array.ForEach(_buffers, Return);
        Array.Clear(_buffers);
    }

    /// <summary>Buffers hold ciphertext alone, so they go back as they are.</summary>
    private static void Return(byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ArgumentException TooLong(long length) => new(
        $"Content of at least {length} bytes; the limit is {ContentCipher.MaxLength}. Divide it into several records.");

    private async ValueTask AddAsync(ReadOnlyMemory<byte> plaintext, bool isLast, CancellationToken cancellationToken)
    {
        int size = Sealer.SealedSize(plaintext.Length);
        byte[]? buffer = _buffers[_batch.Count];
        if (buffer is null || buffer.Length < size)
        {
            Return(buffer);
            _buffers[_batch.Count] = buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        Sealer.SealNext(plaintext.Span, isLast, buffer.AsSpan(0, size));
        _batch.Add(buffer.AsMemory(0, size));
        _sealed += plaintext.Length;
        if (isLast || _batch.Count == BatchSize)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        foreach (Digest name in await _blobs.PutAsync(_batch, cancellationToken).ConfigureAwait(false))
        {
            Sealer.Name(name);
        }

        _batch.Clear();
        _progress?.Report(_sealed);
    }

    private async ValueTask<ContentIndex> FinishAsync(CancellationToken cancellationToken)
    {
        (ContentIndex index, IReadOnlyList<byte[]> pages) = Sealer.Index();
        if (pages.Count > 0)
        {
            _pages = await _blobs.PutAsync([.. pages.Select(page => (ReadOnlyMemory<byte>)page)], cancellationToken).ConfigureAwait(false);
        }

        return index;
    }
}
