using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Signatures: by the key, over the bytes, and nothing else.</summary>
[TestFixture]
public sealed class SignatureTests
{
    [Test]
    public void Signature_with_any_bit_changed_fails()
    {
        using var key = SigningKey.Create();
        byte[] bytes = new byte[Signature.Size];
        key.Sign("message"u8).CopyTo(bytes);
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(SignatureVerifier.Verify(key.PublicKey, "message"u8, new Signature(changed)), Is.False, $"bit {bit}");
        }
    }

    [Test]
    public void Other_message_and_other_key_fail()
    {
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        Signature signature = key.Sign("message"u8);
        Assert.That(SignatureVerifier.Verify(key.PublicKey, "message"u8, signature));
        Assert.That(SignatureVerifier.Verify(key.PublicKey, "massage"u8, signature), Is.False);
        Assert.That(SignatureVerifier.Verify(other.PublicKey, "message"u8, signature), Is.False);
    }

    /// <summary>A key of small order would make signatures that are right for many messages.</summary>
    [Test]
    public void Keys_that_are_no_points_or_of_small_order_verify_nothing()
    {
        byte[] identity = new byte[PublicKey.Size];
        identity[0] = 1;
        byte[] identitySignature = new byte[Signature.Size];
        identitySignature[0] = 1;
        Assert.That(SignatureVerifier.Verify(new PublicKey(identity), "message"u8, new Signature(identitySignature)), Is.False);
        Assert.That(SignatureVerifier.Verify(default, "message"u8, default), Is.False);
        Assert.That(SignatureVerifier.Verify(new PublicKey([.. Enumerable.Repeat((byte)0xff, 32)]), "message"u8, default), Is.False);
    }

    [Test]
    public void Key_from_an_exported_seed_signs_alike()
    {
        using var key = SigningKey.Create();
        using var again = SigningKey.FromSeed(key.ExportSeed());
        Assert.That(again.Sign("message"u8), Is.EqualTo(key.Sign("message"u8)));
        Assert.That(() => SigningKey.FromSeed(new byte[33]), Throws.ArgumentException.With.Message.Contains("32 bytes, not 33"));
    }

    [Test]
    public void Disposed_key_signs_nothing()
    {
        var key = SigningKey.Create();
        key.Dispose();
        Assert.That(() => key.Sign("message"u8), Throws.InstanceOf<ObjectDisposedException>());
    }
}
