using BenchmarkDotNet.Attributes;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>Encryption of a record of 1 MiB with AES-256-GCM in chunks, with the derivation of its key: a key encrypts once. Expect an
/// allocation of the size of the record, for the ciphertext is new.</summary>
[MemoryDiagnoser]
public class ContentBenchmarks
{
    private static readonly ChainId Chain = new(Digest.Of([1]));
    private static readonly Digest Record = Digest.Of([2]);

    private readonly byte[] _content = new byte[1024 * 1024];
    private SecretScalar _secret = null!;

    [GlobalSetup]
    public void MakeSecret()
    {
        _secret = SecretScalar.Random();
        using var encrypting = ContentCipher.ForNew(_secret, Chain, Record, ContentAlgorithm.Aes256Gcm);
        byte[][] chunks = Encrypt(encrypting);
        using var decrypting = ContentCipher.ForExisting(_secret, encrypting.Header, Chain, Record);
        byte[] plaintext = new byte[ContentCipher.ChunkSize];
        Proof.That(decrypting.TryDecryptChunk(3, isLast: false, chunks[3], plaintext), "the decrypted content");
    }

    [GlobalCleanup]
    public void DisposeSecret() => _secret.Dispose();

    [Benchmark]
    public IReadOnlyList<byte[]> Encrypt()
    {
        using var cipher = ContentCipher.ForNew(_secret, Chain, Record, ContentAlgorithm.Aes256Gcm);
        return Encrypt(cipher);
    }

    private byte[][] Encrypt(ContentCipher cipher)
    {
        var chunks = new byte[ContentCipher.CountOf(_content.Length)][];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new byte[cipher.SealedSize(ContentCipher.ChunkSize)];
            cipher.EncryptNext(
                _content.AsSpan(i * ContentCipher.ChunkSize, ContentCipher.ChunkSize), i == chunks.Length - 1, chunks[i]);
        }

        return chunks;
    }
}
