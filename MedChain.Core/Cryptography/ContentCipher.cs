using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Primitives;
using NSec.Cryptography;
using CryptographicOperations = System.Security.Cryptography.CryptographicOperations;

namespace MedChain.Core.Cryptography;

/// <summary>Encrypts a record's content in chunks, each of which can be checked and decrypted alone, with a key that follows from the
/// record's secret: a change, loss, addition or exchange of chunks is seen.</summary>
/// <remarks>The key is HKDF-SHA256 (RFC 5869) of the secret under a random salt, with "medchain/dek/v1", chain, record and algorithm as
/// info. Chunk i has i as nonce, and record, i and whether it is the last as associated data: the construction STREAM (Hoang,
/// Reyhanitabar, Rogaway, Vizár 2015). Not thread safe while it encrypts; decryption is.</remarks>
internal sealed class ContentCipher : IDisposable
{
    /// <summary>Plaintext bytes of every chunk but the last, which has 1 to as many, or none when it is the only one.</summary>
    public const int ChunkSize = 64 * 1024;

    /// <summary>Most chunks of one content: 1 GiB of plaintext.</summary>
    public const int MaxChunks = 16 * 1024;

    private const int AssociatedDataSize = Digest.Size + sizeof(long) + 1;

    private readonly Digest _record;
    private readonly ContentKey _key;
    private bool _mayEncrypt;

    private ContentCipher(SecretScalar secret, ContentHeader header, ChainId chain, Digest record, bool mayEncrypt)
    {
        _record = record;
        _mayEncrypt = mayEncrypt;
        Header = header;
        _key = DeriveKey(secret, header, chain, record);
    }

    /// <summary>Gets what must be kept with the chunks.</summary>
    public ContentHeader Header { get; }

    /// <summary>A cipher for new content, under a new salt.</summary>
    public static ContentCipher ForNew(SecretScalar secret, ChainId chain, Digest record) =>
        ForNew(secret, chain, record, ContentKey.Preferred);

    /// <summary>A cipher for new content with a given algorithm.</summary>
    public static ContentCipher ForNew(SecretScalar secret, ChainId chain, Digest record, ContentAlgorithm algorithm)
    {
        var header = new ContentHeader(algorithm, new Digest(SecureRandom.Bytes(Digest.Size)));
        return new ContentCipher(secret, header, chain, record, mayEncrypt: true);
    }

    /// <summary>A cipher that decrypts what was encrypted under a header.</summary>
    public static ContentCipher ForExisting(SecretScalar secret, ContentHeader header, ChainId chain, Digest record) =>
        new(secret, header, chain, record, mayEncrypt: false);

    /// <summary>Encrypts the content. Once for each cipher: the nonces are the chunks' numbers.</summary>
    /// <param name="plaintext">The content, at most <see cref="MaxChunks"/> times <see cref="ChunkSize"/> bytes, also none.</param>
    /// <param name="mark">Bytes to put before the ciphertext of every chunk; none by default.</param>
    /// <returns>One chunk or more.</returns>
    /// <exception cref="InvalidOperationException">The cipher has encrypted before, or is for decryption.</exception>
    public IReadOnlyList<byte[]> Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> mark = default)
    {
        if (!_mayEncrypt)
        {
            throw new InvalidOperationException("A content key encrypts one content once; make a new cipher for this one.");
        }

        int count = Math.Max(1, (int)(((long)plaintext.Length + ChunkSize - 1) / ChunkSize));
        if (count > MaxChunks)
        {
            throw new ArgumentException(
                $"Content of {plaintext.Length} bytes; the limit is {(long)MaxChunks * ChunkSize}. Divide it into several records.",
                nameof(plaintext));
        }

        _mayEncrypt = false;
        var chunks = new byte[count][];
        Span<byte> associatedData = stackalloc byte[AssociatedDataSize];
        for (int i = 0; i < count; i++)
        {
            bool isLast = i == count - 1;
            ReadOnlySpan<byte> part = isLast ? plaintext[(i * ChunkSize)..] : plaintext.Slice(i * ChunkSize, ChunkSize);
            chunks[i] = new byte[mark.Length + part.Length + _key.TagSize];
            mark.CopyTo(chunks[i]);
            WriteAssociatedData(i, isLast, associatedData);
            _key.Encrypt(i, associatedData, part, chunks[i].AsSpan(mark.Length));
        }

        return chunks;
    }

    /// <summary>How many plaintext bytes a chunk holds, by its length.</summary>
    /// <returns><see langword="false"/> when no chunk at that place has that length.</returns>
    public bool TryGetPlaintextLength(int index, bool isLast, int ciphertextLength, out int length)
    {
        length = ciphertextLength - _key.TagSize;
        bool valid = isLast ? length <= ChunkSize && length >= (index == 0 ? 0 : 1) : length == ChunkSize;
        return valid && index is >= 0 and < MaxChunks;
    }

    /// <summary>Decrypts one chunk.</summary>
    /// <param name="index">The chunk's number, from 0.</param>
    /// <param name="isLast">Whether the content ends with it.</param>
    /// <param name="ciphertext">The chunk.</param>
    /// <param name="destination">Exactly as long as <see cref="TryGetPlaintextLength"/> says.</param>
    /// <returns><see langword="false"/>, and no plaintext, for anything wrong: changed bytes, another place, record or key.</returns>
    public bool TryDecryptChunk(int index, bool isLast, ReadOnlySpan<byte> ciphertext, Span<byte> destination)
    {
        if (!TryGetPlaintextLength(index, isLast, ciphertext.Length, out int length) || destination.Length != length)
        {
            return false;
        }

        Span<byte> associatedData = stackalloc byte[AssociatedDataSize];
        WriteAssociatedData(index, isLast, associatedData);
        return _key.TryDecrypt(index, associatedData, ciphertext, destination);
    }

    /// <summary>Decrypts the whole content. The caller zeroes the plaintext after use.</summary>
    /// <param name="chunks">The chunks.</param>
    /// <param name="plaintext">The content.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="markSize">How many bytes of each chunk come before its ciphertext.</param>
    /// <returns><see langword="false"/> and a reason for anything wrong; then nothing of the content is given.</returns>
    public bool TryDecrypt(
        IReadOnlyList<byte[]> chunks,
        [NotNullWhen(true)] out byte[]? plaintext,
        [NotNullWhen(false)] out string? reason,
        int markSize = 0)
    {
        plaintext = null;
        if (chunks.Count is 0 or > MaxChunks)
        {
            reason = $"Content of {chunks.Count} chunks; there are 1 to {MaxChunks}.";
            return false;
        }

        int last = chunks.Count - 1;
        for (int i = 0; i <= last; i++)
        {
            if (!TryGetPlaintextLength(i, i == last, chunks[i].Length - markSize, out _))
            {
                reason = $"Chunk {i} of {chunks.Count} has {chunks[i].Length} bytes, which none there has: some are missing, added or cut.";
                return false;
            }
        }

        byte[] content = new byte[(last * ChunkSize) + chunks[last].Length - markSize - _key.TagSize];
        for (int i = 0; i <= last; i++)
        {
            Span<byte> destination = content.AsSpan(i * ChunkSize, chunks[i].Length - markSize - _key.TagSize);
            if (!TryDecryptChunk(i, i == last, chunks[i].AsSpan(markSize), destination))
            {
                CryptographicOperations.ZeroMemory(content);
                reason = $"Chunk {i} of {chunks.Count} does not decrypt: it was changed or moved, the content was cut or continued, "
                    + "or the key is that of another record.";
                return false;
            }
        }

        plaintext = content;
        reason = null;
        return true;
    }

    public void Dispose() => _key.Dispose();

    private static ContentKey DeriveKey(SecretScalar secret, ContentHeader header, ChainId chain, Digest record)
    {
        Span<byte> salt = stackalloc byte[Digest.Size];
        header.Salt.CopyTo(salt);
        byte[] info = [.. "medchain/dek/v1"u8, .. chain.Value.ToArray(), .. record.ToArray(), (byte)header.Algorithm];
        Span<byte> key = stackalloc byte[ContentKey.Size];
        try
        {
            using SecretScalar.Lease lease = secret.Borrow();
            KeyDerivationAlgorithm.HkdfSha256.DeriveBytes(lease.Bytes, salt, info, key);
            return new ContentKey(header.Algorithm, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private void WriteAssociatedData(int index, bool isLast, Span<byte> destination)
    {
        _record.CopyTo(destination);
        BinaryPrimitives.WriteInt64BigEndian(destination[Digest.Size..], index);
        destination[^1] = isLast ? (byte)1 : (byte)0;
    }
}
