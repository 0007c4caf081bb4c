using System.Text.Json;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using NSec.Cryptography;
using NUnit.Framework;
using PublicKey = MedChain.Core.Primitives.PublicKey;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Every construction that is used gives exactly the published values.</summary>
[TestFixture]
public sealed class VectorTests
{
    [TestCaseSource(nameof(Cases), new object[] { "crypto-sha256.json" })]
    public void Sha256_is_that_of_fips_180(JsonElement vector) =>
        Assert.That(Digest.Of(vector.Bytes("message")), Is.EqualTo(vector.Digest("digest")));

    [TestCaseSource(nameof(Cases), new object[] { "crypto-ed25519.json" })]
    public void Ed25519_is_that_of_rfc_8032(JsonElement vector)
    {
        using var key = SigningKey.FromSeed(vector.Bytes("seed"));
        var signature = new Signature(vector.Bytes("signature"));
        Assert.That(key.PublicKey, Is.EqualTo(new PublicKey(vector.Bytes("publicKey"))));
        Assert.That(key.Sign(vector.Bytes("message")), Is.EqualTo(signature));
        Assert.That(SignatureVerifier.Verify(key.PublicKey, vector.Bytes("message"), signature));
    }

    [TestCaseSource(nameof(Cases), new object[] { "crypto-x25519.json" })]
    public void X25519_is_that_of_rfc_7748(JsonElement vector)
    {
        using var key = DecryptionKey.FromSeed(vector.Bytes("privateKey"));
        byte[] shared = new byte[32];
        Assert.That(key.TryAgree(new AgreementKey(vector.Bytes("publicKey")), shared));
        Assert.That(shared, Is.EqualTo(vector.Bytes("shared")));
    }

    [TestCaseSource(nameof(Cases), new object[] { "crypto-hkdf.json" })]
    public void Hkdf_is_that_of_rfc_5869(JsonElement vector)
    {
        KeyDerivationAlgorithm2 hkdf = KeyDerivationAlgorithm.HkdfSha256;
        byte[] expected = vector.Bytes("okm");
        byte[] pseudorandom = hkdf.Extract(vector.Bytes("ikm"), vector.Bytes("salt"));
        Assert.That(pseudorandom, Is.EqualTo(vector.Bytes("prk")));
        Assert.That(hkdf.Expand(pseudorandom, vector.Bytes("info"), expected.Length), Is.EqualTo(expected));
        byte[] derived = hkdf.DeriveBytes(vector.Bytes("ikm"), vector.Bytes("salt"), vector.Bytes("info"), expected.Length);
        Assert.That(derived, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Cases), new object[] { "crypto-aead.json" })]
    public void Content_algorithms_are_those_of_their_specifications(JsonElement vector)
    {
        var algorithm = Enum.Parse<ContentAlgorithm>(vector.Text("algorithm"));
        byte[] plaintext = vector.Bytes("plaintext");
        foreach (bool usePortableAes in new[] { false, true })
        {
            if (algorithm == ContentAlgorithm.Aes256Gcm && !usePortableAes && !Aes256Gcm.IsSupported)
            {
                continue;
            }

            using var key = new ContentKey(algorithm, vector.Bytes("key"), usePortableAes);
            byte[] ciphertext = new byte[plaintext.Length + key.TagSize];
            byte[] decrypted = new byte[plaintext.Length];
            key.Encrypt(vector.Bytes("nonce"), vector.Bytes("associatedData"), plaintext, ciphertext);
            Assert.That(ciphertext, Is.EqualTo(vector.Bytes("ciphertext")));
            Assert.That(key.TryDecrypt(vector.Bytes("nonce"), vector.Bytes("associatedData"), ciphertext, decrypted));
            Assert.That(decrypted, Is.EqualTo(plaintext));
            ciphertext[^1] ^= 1;
            Assert.That(key.TryDecrypt(vector.Bytes("nonce"), vector.Bytes("associatedData"), ciphertext, decrypted), Is.False);
        }
    }

    [TestCaseSource(nameof(Cases), new object[] { "crypto-chacha20poly1305.json" })]
    public void Sealing_cipher_is_that_of_rfc_8439(JsonElement vector)
    {
        using var key = Key.Import(AeadAlgorithm.ChaCha20Poly1305, vector.Bytes("key"), KeyBlobFormat.RawSymmetricKey);
        byte[] ciphertext = AeadAlgorithm.ChaCha20Poly1305.Encrypt(
            key, vector.Bytes("nonce"), vector.Bytes("associatedData"), vector.Bytes("plaintext"));
        Assert.That(ciphertext, Is.EqualTo(vector.Bytes("ciphertext")));
    }

    [Test]
    public void Hpke_is_that_of_rfc_9180()
    {
        JsonElement vector = VectorFile.Load("crypto-hpke.json");
        using var ephemeral = DecryptionKey.FromSeed(vector.Bytes("skEm"));
        using var recipient = DecryptionKey.FromSeed(vector.Bytes("skRm"));
        byte[] expected = [.. vector.Bytes("pkEm"), .. vector.Bytes("ciphertext")];
        Assert.That(recipient.PublicKey, Is.EqualTo(new AgreementKey(vector.Bytes("pkRm"))));
        byte[] message = Hpke.Seal(
            ephemeral, recipient.PublicKey, vector.Bytes("info"), vector.Bytes("associatedData"), vector.Bytes("plaintext"));
        Assert.That(message, Is.EqualTo(expected));
        Assert.That(Hpke.TryOpen(recipient, vector.Bytes("info"), vector.Bytes("associatedData"), expected, out byte[]? plaintext));
        Assert.That(plaintext, Is.EqualTo(vector.Bytes("plaintext")));
    }

    [Test]
    public void Ristretto_multiples_of_the_generator_are_those_of_rfc_9496()
    {
        byte[][] multiples = Points("multiples");
        byte[] sum = new byte[Ristretto.PointSize];
        for (int i = 0; i < multiples.Length; i++)
        {
            Assert.That(sum, Is.EqualTo(multiples[i]), $"{i} by addition");
            Assert.That(Ristretto.Add(sum, sum, multiples[1]), Is.Zero);
            byte[] scalar = new byte[Ristretto.ScalarSize];
            scalar[0] = (byte)i;
            byte[] product = new byte[Ristretto.PointSize];
            Assert.That(Ristretto.MultiplyGenerator(product, scalar), Is.EqualTo(i == 0 ? -1 : 0));
            Assert.That(i == 0 || product.SequenceEqual(multiples[i]), $"{i} times the generator");
            Assert.That(Ristretto.Multiply(product, scalar, multiples[1]), Is.EqualTo(i == 0 ? -1 : 0));
            Assert.That(i == 0 || product.SequenceEqual(multiples[i]), $"{i} times the point");
        }
    }

    [Test]
    public void Ristretto_refuses_the_invalid_encodings_of_rfc_9496()
    {
        foreach (byte[] encoding in Points("invalid"))
        {
            Assert.That(Ristretto.IsValidPoint(encoding), Is.Zero);
            Assert.That(Ristretto.Add(new byte[Ristretto.PointSize], encoding, new byte[Ristretto.PointSize]), Is.Not.Zero);
            Assert.That(SecretSharing.TryEvaluate([new RistrettoPoint(encoding)], 1, out _), Is.False);
        }
    }

    private static IEnumerable<TestCaseData> Cases(string file) => VectorFile.Cases(file);

    private static byte[][] Points(string property) =>
    [
        .. VectorFile.Load("crypto-ristretto255.json").GetProperty(property).EnumerateArray()
            .Select(point => Convert.FromHexString(point.GetString()!)),
    ];
}
