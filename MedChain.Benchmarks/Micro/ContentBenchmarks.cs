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
        IReadOnlyList<byte[]> chunks = encrypting.Encrypt(_content);
        using var decrypting = ContentCipher.ForExisting(_secret, encrypting.Header, Chain, Record);
        bool decrypted = decrypting.TryDecrypt(chunks, out byte[]? plaintext, out _);
        Proof.That(decrypted && plaintext.AsSpan().SequenceEqual(_content), "the decrypted content");
    }

    [GlobalCleanup]
    public void DisposeSecret() => _secret.Dispose();

    [Benchmark]
    public IReadOnlyList<byte[]> Encrypt()
    {
        using var cipher = ContentCipher.ForNew(_secret, Chain, Record, ContentAlgorithm.Aes256Gcm);
        return cipher.Encrypt(_content);
    }
}
