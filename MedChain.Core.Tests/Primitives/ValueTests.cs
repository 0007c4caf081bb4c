using CsCheck;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Primitives;

/// <summary>Values of fixed length: their bytes, their text, their order.</summary>
[TestFixture]
public sealed class ValueTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[32];

    [Test]
    public void Digest_gives_back_its_bytes_and_reads_its_text() =>
        Bytes.Sample(bytes =>
        {
            var digest = new Digest(bytes);
            byte[] copied = new byte[32];
            digest.CopyTo(copied);
            Assert.That(copied, Is.EqualTo(bytes));
            Assert.That(digest.ToArray(), Is.EqualTo(bytes));
            Assert.That(digest.ToString(), Is.EqualTo(Convert.ToHexStringLower(bytes)));
            Assert.That(Digest.TryParse(Convert.ToHexString(bytes), out Digest parsed));
            Assert.That(parsed, Is.EqualTo(digest));
            Assert.That(parsed.GetHashCode(), Is.EqualTo(digest.GetHashCode()));
        });

    [Test]
    public void Keys_and_signatures_give_back_their_bytes_and_read_their_text() =>
        Bytes.Sample(bytes =>
        {
            string text = Convert.ToHexStringLower(bytes);
            Assert.That(new PublicKey(bytes).ToArray(), Is.EqualTo(bytes));
            Assert.That(new AgreementKey(bytes).ToArray(), Is.EqualTo(bytes));
            Assert.That(PublicKey.TryParse(text, out PublicKey publicKey) && publicKey == new PublicKey(bytes));
            Assert.That(AgreementKey.TryParse(text, out AgreementKey agreementKey) && agreementKey == new AgreementKey(bytes));
            byte[] signature = [.. bytes, .. bytes.Reverse()];
            byte[] copied = new byte[Signature.Size];
            new Signature(signature).CopyTo(copied);
            Assert.That(copied, Is.EqualTo(signature));
            Assert.That(new Signature(signature).ToString(), Is.EqualTo(Convert.ToHexStringLower(signature)));
        });

    [Test]
    public void Digests_and_accounts_are_ordered_as_their_texts() =>
        Gen.Select(Bytes, Bytes, Gen.Int[0, 32]).Sample((one, other, common) =>
        {
            one.AsSpan(0, common).CopyTo(other);
            (Digest left, Digest right) = (new Digest(one), new Digest(other));
            int order = Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()));
            Assert.That(Math.Sign(left.CompareTo(right)), Is.EqualTo(order));
            Assert.That(Math.Sign(new AccountId(left).CompareTo(new AccountId(right))), Is.EqualTo(order));
            bool[] comparisons = [left < right, left > right, left <= right, left >= right];
            Assert.That(comparisons, Is.EqualTo(new[] { order < 0, order > 0, order <= 0, order >= 0 }));
            Assert.That(left == right, Is.EqualTo(order == 0));
        });

    [TestCase(null)]
    [TestCase("")]
    [TestCase("00")]
    [TestCase("g000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase(" 00000000000000000000000000000000000000000000000000000000000000 ")]
    [TestCase("00000000000000000000000000000000000000000000000000000000000000000")]
    public void Other_texts_are_no_values(string? text)
    {
        Assert.That(Digest.TryParse(text, out Digest digest), Is.False);
        Assert.That(PublicKey.TryParse(text, out _), Is.False);
        Assert.That(AgreementKey.TryParse(text, out _), Is.False);
        Assert.That(digest.IsZero);
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    [TestCase(65)]
    public void Other_lengths_are_the_callers_mistake(int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(() => new Digest(bytes), Throws.ArgumentException.With.Message.Contains($"not {length}"));
        Assert.That(() => new PublicKey(bytes), Throws.ArgumentException.With.Message.Contains($"not {length}"));
        Assert.That(() => new AgreementKey(bytes), Throws.ArgumentException.With.Message.Contains($"not {length}"));
        Assert.That(() => new Signature(bytes), Throws.ArgumentException.With.Message.Contains($"not {length}"));
        Assert.That(() => default(Digest).CopyTo(new byte[31]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Heights_slots_and_views_count_and_are_ordered()
    {
        Assert.That(new BlockHeight(1).Next, Is.EqualTo(new BlockHeight(2)));
        Assert.That(new SlotNumber(1).Next, Is.EqualTo(new SlotNumber(2)));
        Assert.That(new ViewNumber(1).Next, Is.EqualTo(new ViewNumber(2)));
        Assert.That(new BlockHeight(9), Is.LessThan(new BlockHeight(10)));
        Assert.That(new SlotNumber(9), Is.LessThan(new SlotNumber(10)));
        Assert.That(new ViewNumber(9), Is.LessThan(new ViewNumber(10)));
        Assert.That(new BlockHeight(12).ToString(), Is.EqualTo("12"));
        Assert.That(() => new BlockHeight(long.MaxValue).Next, Throws.InstanceOf<OverflowException>());
    }
}
