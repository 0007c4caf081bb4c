using System.Text.Json;
using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Sealing against quantum computers too.</summary>
[TestFixture]
public sealed class XWingTests
{
    private HybridDecryptionKey _hybrid = null!;
    private DecryptionKey _classical = null!;

    [OneTimeSetUp]
    public void CreateKeys() => (_hybrid, _classical) = (HybridDecryptionKey.Create(), DecryptionKey.Create());

    [OneTimeTearDown]
    public void DisposeKeys()
    {
        _hybrid.Dispose();
        _classical.Dispose();
    }

    [TestCaseSource(nameof(Cases))]
    public void X_wing_is_that_of_the_draft(JsonElement vector)
    {
        using HybridDecryptionKey key = HybridDecryptionKey.FromSeed(vector.Bytes("seed"));
        byte[] ciphertext = new byte[XWing.CiphertextSize];
        byte[] secret = new byte[XWing.SharedSecretSize];
        byte[] found = new byte[XWing.SharedSecretSize];
        Assert.That(XWing.EncapsulateFrom(ciphertext, secret, key.PublicKey.Bytes, vector.Bytes("encapsulationSeed")), Is.Zero);
        key.Decapsulate(ciphertext, found);
        Assert.That(secret, Is.EqualTo(vector.Bytes("shared")));
        Assert.That(found, Is.EqualTo(vector.Bytes("shared")));
        Assert.That(key.PublicKey.ToArray()[..32], Is.EqualTo(vector.Bytes("publicKeyStart")));
        Assert.That(key.PublicKey.ToArray()[^32..], Is.EqualTo(vector.Bytes("publicKeyEnd")));
        Assert.That(ciphertext[..32], Is.EqualTo(vector.Bytes("ciphertextStart")));
        Assert.That(ciphertext[^32..], Is.EqualTo(vector.Bytes("ciphertextEnd")));
        Assert.That(key.ExportSeed(), Is.EqualTo(vector.Bytes("seed")));
    }

    [Test]
    public void Holder_opens_what_was_sealed_to_either_key()
    {
        var keys = new OpeningKeys(_classical, _hybrid);
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 100], Gen.Bool).Sample(
            (info, plaintext, isHybrid) =>
            {
                byte[] box = SealedBox.Seal(isHybrid ? keys.Public : _classical.PublicKey, info, plaintext);
                byte[] opened = new byte[plaintext.Length];
                return box[0] == (isHybrid ? 2 : 1)
                    && SealedBox.LengthOf(box) == plaintext.Length
                    && SealedBox.TryOpen(keys, info, box, opened)
                    && opened.SequenceEqual(plaintext)
                    && !SealedBox.TryOpen(keys, [.. info, 1], box, opened);
            },
            iter: 40);
    }

    [Test]
    public void Any_changed_byte_any_cut_and_any_other_holder_fail()
    {
        var keys = new OpeningKeys(_classical, _hybrid);
        using var other = HybridDecryptionKey.Create();
        byte[] box = SealedBox.Seal(keys.Public, "info"u8, "secret"u8);
        byte[] opened = new byte[6];
        for (int i = 0; i < box.Length; i += i < 40 || i > box.Length - 60 ? 1 : 37)
        {
            byte[] changed = [.. box];
            changed[i] ^= 0x41;
            Assert.That(SealedBox.TryOpen(keys, "info"u8, changed, opened), Is.False, $"byte {i}");
            Assert.That(SealedBox.TryOpen(keys, "info"u8, box.AsSpan(0, i), opened), Is.False, $"length {i}");
        }

        Assert.That(SealedBox.TryOpen(new OpeningKeys(_classical, other), "info"u8, box, opened), Is.False);
        Assert.That(SealedBox.TryOpen(_classical, "info"u8, box, opened), Is.False, "without a hybrid key");
        Assert.That(SealedBox.TryOpen(keys, "info"u8, box, new byte[5]), Is.False);
    }

    [Test]
    public void Published_opening_opens_one_box_alone()
    {
        var keys = new OpeningKeys(_classical, _hybrid);
        byte[][] boxes = [.. Enumerable.Range(0, 2).Select(_ => SealedBox.Seal(keys.Public, "info"u8, "secret"u8))];
        byte[] opening = new byte[Hpke.OpeningSize];
        byte[] opened = new byte[6];
        Assert.That(SealedBox.TryReveal(keys, "info"u8, boxes[0], opening));
        Assert.That(SealedBox.TryOpenRevealed(opening, boxes[0], opened));
        Assert.That(opened, Is.EqualTo("secret"u8.ToArray()));
        Assert.That(SealedBox.TryOpenRevealed(opening, boxes[1], opened), Is.False);
    }

    [Test]
    public void Bytes_that_are_no_key_are_refused_before_anything_is_sealed_to_them()
    {
        byte[] noKey = new byte[HybridKey.Size];
        noKey.AsSpan().Fill(0xFF);
        Assert.That(XWing.IsUsable(noKey), Is.False);
        Assert.That(XWing.IsUsable(_hybrid.PublicKey.Bytes), Is.True);
        Assert.That(() => Hpke.Seal(new HybridKey(noKey), [], []), Throws.ArgumentException.With.Message.Contains("is no X-Wing key"));
        Assert.That(() => new HybridKey(new byte[32]), Throws.ArgumentException);
        Assert.That(() => HybridDecryptionKey.FromSeed(new byte[31]), Throws.ArgumentException.With.Message.Contains("32 bytes, not 31"));
        using var chain = new LedgerChain(ChainKind.Account, "hospital");
        Validator joining = chain.Genesis.Validators.Members[0] with { HybridCustodyKey = new HybridKey(noKey) };
        Assert.That(
            chain.Send(chain.Operators[0], new ProposeValidators(ValidatorChange.Replace(joining.VotingKey, joining), new BlockHeight(9)))
                .Reason,
            Does.Contain("is no X-Wing key"));
    }

    [Test]
    public void Validator_with_a_hybrid_key_is_read_back()
    {
        using var chain = new LedgerChain(ChainKind.Account, "hospital", validators: 1);
        Validator plain = chain.Genesis.Validators.Members[0];
        Validator hybrid = plain with { HybridCustodyKey = _hybrid.PublicKey };
        Assert.That(Canonical.Decode<Validator>(Canonical.Encode(hybrid)), Is.EqualTo(hybrid));
        Assert.That(Canonical.Encode(hybrid), Has.Length.EqualTo(Canonical.Encode(plain).Length + HybridKey.Size + 3));
        Assert.That(Canonical.TryDecode(Canonical.Encode(hybrid).AsMemory()[..^1], out Validator? _, out _), Is.False);
    }

    private static IEnumerable<TestCaseData> Cases() => VectorFile.Cases("crypto-xwing.json");
}
