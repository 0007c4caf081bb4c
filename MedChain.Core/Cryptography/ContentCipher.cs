using System.Buffers.Binary;
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

    /// <summary>Longest content in bytes.</summary>
    public const long MaxLength = (long)MaxChunks * ChunkSize;

    private const int AssociatedDataSize = Digest.Size + sizeof(long) + 1;

    private readonly Digest _record;
    private readonly ContentKey _key;
    private bool _mayEncrypt;
    private int _next;

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

    /// <summary>How many chunks a content has.</summary>
    /// <param name="length">Its length in bytes, at most <see cref="MaxLength"/>.</param>
    public static int CountOf(long length) => Math.Max(1, (int)((length + ChunkSize - 1) / ChunkSize));

    /// <summary>Length of a chunk of so many plaintext bytes.</summary>
    public int SealedSize(int plaintextLength) => plaintextLength + _key.TagSize;

    /// <summary>Encrypts the next chunk. Each once for each cipher: the nonces are the chunks' numbers.</summary>
    /// <param name="plaintext">Exactly <see cref="ChunkSize"/> bytes, or fewer in the last chunk: 1 at least, unless it is the first
    /// too.</param>
    /// <param name="isLast">Whether the content ends with it.</param>
    /// <param name="destination">As long as <see cref="SealedSize"/> says.</param>
    /// <exception cref="InvalidOperationException">The content has ended, or the cipher is for decryption.</exception>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void EncryptNext(ReadOnlySpan<byte> plaintext, bool isLast, Span<byte> destination)
    {
        if (!_mayEncrypt)
        {
            throw new InvalidOperationException("A content key encrypts one content once; make a new cipher for this one.");
        }

        if (!TryGetPlaintextLength(_next, isLast, destination.Length, out int length) || plaintext.Length != length)
        {
            throw new ArgumentException(
                $"Chunk {_next} of {plaintext.Length} bytes into {destination.Length}; a chunk has {ChunkSize} bytes, the last one 1 to as "
                + $"many, and {_key.TagSize} more when it is encrypted, and there are at most {MaxChunks}.",
                nameof(plaintext));
        }

        Span<byte> associatedData = stackalloc byte[AssociatedDataSize];
        WriteAssociatedData(_next, isLast, associatedData);
        _key.Encrypt(_next, associatedData, plaintext, destination);
        _next++;
        _mayEncrypt = !isLast;
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
