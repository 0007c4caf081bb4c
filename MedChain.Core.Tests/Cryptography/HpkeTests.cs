using CsCheck;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Sealing to a key: only its holder opens, and only what was sealed, for what it was sealed for.</summary>
[TestFixture]
public sealed class HpkeTests
{
    private DecryptionKey _recipient = null!;

    [OneTimeSetUp]
    public void CreateKey() => _recipient = DecryptionKey.Create();

    [OneTimeTearDown]
    public void DisposeKey() => _recipient.Dispose();

    [Test]
    public void Recipient_opens_what_was_sealed() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample(
            (info, associatedData, plaintext) =>
            {
                byte[] message = Hpke.Seal(_recipient.PublicKey, info, associatedData, plaintext);
                Assert.That(Hpke.TryOpen(_recipient, info, associatedData, message, out byte[]? opened));
                Assert.That(opened, Is.EqualTo(plaintext));
                Assert.That(message, Has.Length.EqualTo(plaintext.Length + Hpke.Overhead));
            },
            iter: 30);

    [Test]
    public void Any_changed_byte_and_any_cut_fail()
    {
        byte[] message = Hpke.Seal(_recipient.PublicKey, "info"u8, "data"u8, "secret"u8);
        for (int i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message];
            changed[i] ^= 0x40;
            Assert.That(Hpke.TryOpen(_recipient, "info"u8, "data"u8, changed, out _), Is.False, $"byte {i}");
            Assert.That(Hpke.TryOpen(_recipient, "info"u8, "data"u8, message.AsSpan(0, i), out _), Is.False, $"length {i}");
        }

        Assert.That(Hpke.TryOpen(_recipient, "info"u8, "data"u8, [.. message, 0], out byte[]? opened), Is.False);
        Assert.That(opened, Is.Null);
    }

    [Test]
    public void Other_recipient_info_or_associated_data_fails()
    {
        byte[] message = Hpke.Seal(_recipient.PublicKey, "info"u8, "data"u8, "secret"u8);
        using var other = DecryptionKey.Create();
        Assert.That(Hpke.TryOpen(other, "info"u8, "data"u8, message, out _), Is.False);
        Assert.That(Hpke.TryOpen(_recipient, "inf0"u8, "data"u8, message, out _), Is.False);
        Assert.That(Hpke.TryOpen(_recipient, "info"u8, "dat"u8, message, out _), Is.False);
        Assert.That(Hpke.TryOpen(_recipient, "infod"u8, "ata"u8, message, out _), Is.False);
    }

    [Test]
    public void Random_bytes_open_nothing_and_throw_nothing() =>
        Gen.Byte.Array[0, 120].Sample(bytes => !Hpke.TryOpen(_recipient, [], [], bytes, out _), iter: 200);

    [Test]
    public void Points_of_small_order_are_refused_on_both_sides([Values(0, 1)] byte first)
    {
        byte[] point = new byte[AgreementKey.Size];
        point[0] = first;
        Assert.That(
            () => Hpke.Seal(new AgreementKey(point), [], [], []),
            Throws.ArgumentException.With.Message.Contains("small order"));
        Assert.That(Hpke.TryOpen(_recipient, [], [], [.. point, .. new byte[16]], out _), Is.False);
    }

    [Test]
    public void Same_message_is_never_sealed_twice_alike() =>
        Assert.That(
            Hpke.Seal(_recipient.PublicKey, [], [], "x"u8),
            Is.Not.EqualTo(Hpke.Seal(_recipient.PublicKey, [], [], "x"u8)));

    [Test]
    public void Key_from_an_exported_seed_opens_too()
    {
        using var again = DecryptionKey.FromSeed(_recipient.ExportSeed());
        Assert.That(again.PublicKey, Is.EqualTo(_recipient.PublicKey));
        Assert.That(Hpke.TryOpen(again, [], [], Hpke.Seal(_recipient.PublicKey, [], [], "x"u8), out _));
        Assert.That(() => DecryptionKey.FromSeed(new byte[31]), Throws.ArgumentException.With.Message.Contains("32 bytes, not 31"));
    }
}
