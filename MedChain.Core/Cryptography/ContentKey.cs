using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>The key of one content and the algorithm it is for. Ciphertexts end with their tag.</summary>
/// <remarks>Keys are in libsodium's locked memory, except AES keys on a processor without AES instructions: libsodium refuses AES there,
/// so the framework's implementation takes over, which decrypts the same bytes.</remarks>
internal sealed class ContentKey : IDisposable
{
    /// <summary>Length of the keys of all algorithms in bytes.</summary>
    public const int Size = 32;

    private const int MaxNonceSize = 32;

    private readonly AeadAlgorithm? _algorithm;
    private readonly Key? _key;
    private readonly AesGcm? _portableAes;

    /// <summary>Takes over a key; the caller zeroes its own bytes.</summary>
    public ContentKey(ContentAlgorithm algorithm, ReadOnlySpan<byte> key)
        : this(algorithm, key, usePortableAes: !Aes256Gcm.IsSupported)
    {
    }

    /// <summary>Lets tests choose the framework's AES where libsodium has its own.</summary>
    internal ContentKey(ContentAlgorithm algorithm, ReadOnlySpan<byte> key, bool usePortableAes)
    {
        TagSize = algorithm == ContentAlgorithm.Aegis256 ? 32 : 16;
        if (algorithm == ContentAlgorithm.Aes256Gcm && usePortableAes)
        {
            NonceSize = AesGcm.NonceByteSizes.MaxSize;
            _portableAes = new AesGcm(key, TagSize);
            return;
        }

        _algorithm = algorithm switch
        {
            ContentAlgorithm.Aes256Gcm => AeadAlgorithm.Aes256Gcm,
            ContentAlgorithm.Aegis256 => AeadAlgorithm.Aegis256,
            ContentAlgorithm.XChaCha20Poly1305 => AeadAlgorithm.XChaCha20Poly1305,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No content algorithm has this number."),
        };
        NonceSize = _algorithm.NonceSize;
        _key = Key.Import(_algorithm, key, KeyBlobFormat.RawSymmetricKey);
        Debug.Assert(TagSize == _algorithm.TagSize && NonceSize <= MaxNonceSize, "The sizes are the algorithm's.");
    }

    /// <summary>Gets the fastest algorithm of this processor that every other one can decrypt too.</summary>
    public static ContentAlgorithm Preferred => Aes256Gcm.IsSupported ? ContentAlgorithm.Aes256Gcm : ContentAlgorithm.XChaCha20Poly1305;

    /// <summary>Gets how many bytes a ciphertext is longer than its plaintext.</summary>
    public int TagSize { get; }

    /// <summary>Gets the length of nonces in bytes.</summary>
    public int NonceSize { get; }

    /// <summary>Encrypts the message with a number that is used once for each key.</summary>
    public void Encrypt(long number, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Span<byte> nonce = stackalloc byte[MaxNonceSize];
        Encrypt(Nonce(number, nonce), associatedData, plaintext, ciphertext);
    }

    /// <summary>Decrypts; <see langword="false"/>, and no plaintext, when anything was changed.</summary>
    public bool TryDecrypt(long number, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[MaxNonceSize];
        return TryDecrypt(Nonce(number, nonce), associatedData, ciphertext, plaintext);
    }

    public void Dispose()
    {
        _key?.Dispose();
        _portableAes?.Dispose();
    }

    internal void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        if (_portableAes is not null)
        {
            _portableAes.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], associatedData);
        }
        else
        {
            _algorithm!.Encrypt(_key!, nonce, associatedData, plaintext, ciphertext);
        }
    }

    internal bool TryDecrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (_portableAes is null)
        {
            return _algorithm!.Decrypt(_key!, nonce, associatedData, ciphertext, plaintext);
        }

        try
        {
            _portableAes.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private Span<byte> Nonce(long number, Span<byte> buffer)
    {
        Span<byte> nonce = buffer[..NonceSize];
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[^sizeof(long)..], number);
        return nonce;
    }
}
