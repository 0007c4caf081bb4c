using CsCheck;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Content in chunks: whole, in order, of this record, or not at all.</summary>
[TestFixture]
public sealed class ContentCipherTests
{
    private static readonly ChainId Chain = new(Digest.Of("chain"u8));
    private static readonly Digest Record = Digest.Of("record"u8);

    private SecretScalar _secret = null!;

    [OneTimeSetUp]
    public void CreateSecret() => _secret = SecretScalar.Random();

    [OneTimeTearDown]
    public void DisposeSecret() => _secret.Dispose();

    [Test]
    public void Content_of_any_length_comes_back(
        [Values(1, 2, 3)] int algorithm, [Values(0, 1, 65_535, 65_536, 65_537, 131_072, 200_000)] int length)
    {
        byte[] content = Content(length);
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt(content, (ContentAlgorithm)algorithm);
        using ContentCipher cipher = Reader(header);
        Assert.That(chunks, Has.Count.EqualTo(Math.Max(1, (length + 65_535) / 65_536)));
        Assert.That(cipher.TryDecrypt(chunks, out byte[]? plaintext, out _));
        Assert.That(plaintext, Is.EqualTo(content));
    }

    [Test]
    public void Each_chunk_decrypts_alone()
    {
        byte[] content = Content(150_000);
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt(content);
        using ContentCipher cipher = Reader(header);
        Assert.That(cipher.TryGetPlaintextLength(2, isLast: true, chunks[2].Length, out int length));
        byte[] destination = new byte[length];
        Assert.That(cipher.TryDecryptChunk(2, isLast: true, chunks[2], destination));
        Assert.That(destination, Is.EqualTo(content[131_072..]));
        Assert.That(cipher.TryDecryptChunk(2, isLast: false, chunks[2], destination), Is.False);
        Assert.That(cipher.TryDecryptChunk(1, isLast: true, chunks[2], destination), Is.False);
        Assert.That(cipher.TryDecryptChunk(2, isLast: true, chunks[2], new byte[length - 1]), Is.False);
        Assert.That(cipher.TryDecryptChunk(-1, isLast: true, chunks[2], destination), Is.False);
    }

    [Test]
    public void Truncated_extended_reordered_and_repeated_chunks_fail_with_a_reason()
    {
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt(Content(4 * 65_536));
        (_, IReadOnlyList<byte[]> other) = Encrypt(Content(65_536));
        using ContentCipher cipher = Reader(header);
        byte[][][] wrong =
        [
            [],
            [chunks[0]],
            [chunks[0], chunks[1], chunks[2]],
            [chunks[1], chunks[2], chunks[3]],
            [chunks[0], chunks[2], chunks[1], chunks[3]],
            [chunks[0], chunks[1], chunks[2], chunks[3], chunks[3]],
            [chunks[0], chunks[1], chunks[2], chunks[2]],
            [.. chunks, other[0]],
            [chunks[0], chunks[1], chunks[2], chunks[3][..^1]],
            [chunks[0], chunks[1], chunks[2], chunks[3][..16]],
            [chunks[0][..^1], chunks[1], chunks[2], chunks[3]],
            [[], chunks[1], chunks[2], chunks[3]],
        ];
        foreach (byte[][] changed in wrong)
        {
            Assert.That(cipher.TryDecrypt(changed, out byte[]? plaintext, out string? reason), Is.False);
            Assert.That(plaintext, Is.Null);
            Assert.That(reason, Does.Contain("hunk"));
        }
    }

    [Test]
    public void Only_the_first_chunk_may_be_empty()
    {
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt([]);
        using ContentCipher cipher = Reader(header);
        Assert.That(cipher.TryGetPlaintextLength(0, isLast: true, chunks[0].Length, out int length));
        Assert.That(length, Is.Zero);
        Assert.That(cipher.TryGetPlaintextLength(1, isLast: true, chunks[0].Length, out _), Is.False);
        Assert.That(cipher.TryGetPlaintextLength(0, isLast: false, chunks[0].Length, out _), Is.False);
    }

    [Test]
    public void Any_changed_byte_fails()
    {
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt(Content(100));
        using ContentCipher cipher = Reader(header);
        for (int i = 0; i < chunks[0].Length; i++)
        {
            byte[] changed = [.. chunks[0]];
            changed[i] ^= 1;
            Assert.That(cipher.TryDecrypt([changed], out _, out _), Is.False, $"byte {i}");
        }
    }

    [Test]
    public void Other_secret_chain_record_salt_and_algorithm_fail()
    {
        (ContentHeader header, IReadOnlyList<byte[]> chunks) = Encrypt(Content(100), ContentAlgorithm.Aes256Gcm);
        using var otherSecret = SecretScalar.Random();
        ContentCipher[] wrong =
        [
            ContentCipher.ForExisting(otherSecret, header, Chain, Record),
            ContentCipher.ForExisting(_secret, header, default, Record),
            ContentCipher.ForExisting(_secret, header, Chain, default),
            ContentCipher.ForExisting(_secret, header with { Salt = default }, Chain, Record),
            ContentCipher.ForExisting(_secret, header with { Algorithm = ContentAlgorithm.XChaCha20Poly1305 }, Chain, Record),
        ];
        foreach (ContentCipher cipher in wrong)
        {
            Assert.That(cipher.TryDecrypt(chunks, out _, out _), Is.False);
            cipher.Dispose();
        }
    }

    [Test]
    public void Cipher_encrypts_once_and_never_after_decryption()
    {
        using var cipher = ContentCipher.ForNew(_secret, Chain, Record);
        _ = cipher.Encrypt([1]);
        using ContentCipher reader = Reader(cipher.Header);
        Assert.That(() => cipher.Encrypt([2]), Throws.InvalidOperationException);
        Assert.That(() => reader.Encrypt([2]), Throws.InvalidOperationException);
    }

    [Test]
    public void Two_encryptions_of_one_content_share_nothing()
    {
        (ContentHeader first, IReadOnlyList<byte[]> one) = Encrypt(Content(100));
        (ContentHeader second, IReadOnlyList<byte[]> other) = Encrypt(Content(100));
        Assert.That(first.Salt, Is.Not.EqualTo(second.Salt));
        Assert.That(one[0], Is.Not.EqualTo(other[0]));
    }

    [Test]
    public void Aes_content_decrypts_on_processors_without_aes() =>
        Gen.Byte.Array[0, 100].Sample(
            content =>
            {
                byte[] key = SecureRandom.Bytes(ContentKey.Size);
                using var native = new ContentKey(ContentAlgorithm.Aes256Gcm, key);
                using var portable = new ContentKey(ContentAlgorithm.Aes256Gcm, key, usePortableAes: true);
                byte[] ciphertext = new byte[content.Length + native.TagSize];
                byte[] plaintext = new byte[content.Length];
                native.Encrypt(7, "data"u8, content, ciphertext);
                Assert.That(portable.TryDecrypt(7, "data"u8, ciphertext, plaintext));
                Assert.That(plaintext, Is.EqualTo(content));
                Assert.That(portable.TryDecrypt(8, "data"u8, ciphertext, plaintext), Is.False);
            },
            iter: 30);

    [Test]
    public void Header_is_canonical_and_refuses_unknown_algorithms()
    {
        var header = new ContentHeader(ContentAlgorithm.Aegis256, Record);
        Assert.That(Canonical.Decode<ContentHeader>(Canonical.Encode(header)), Is.EqualTo(header));
        byte[] unknown = Canonical.Encode(header with { Algorithm = (ContentAlgorithm)4 });
        Assert.That(() => Canonical.Decode<ContentHeader>(unknown), Throws.InstanceOf<MalformedDataException>());
    }

    [Test]
    public void Chunk_is_proved_against_the_content_root()
    {
        (_, IReadOnlyList<byte[]> chunks) = Encrypt(Content(300_000));
        Digest[] names = [.. chunks.Select(chunk => Digest.Of(chunk))];
        Digest[] leaves = [.. names.Select(ContentRoot.Leaf)];
        Assert.That(
            MerkleProof.VerifyInclusion(ContentRoot.Of(names), chunks.Count, leaves[3], 3, MerkleTree.Path(leaves, 3).AsSpan()));
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private (ContentHeader Header, IReadOnlyList<byte[]> Chunks) Encrypt(byte[] content, ContentAlgorithm? algorithm = null)
    {
        using var cipher = ContentCipher.ForNew(_secret, Chain, Record, algorithm ?? ContentKey.Preferred);
        return (cipher.Header, cipher.Encrypt(content));
    }

    private ContentCipher Reader(ContentHeader header) => ContentCipher.ForExisting(_secret, header, Chain, Record);
}
