using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>Keys as bytes against the order of the values themselves.</summary>
[TestFixture]
public sealed class KeyCodecTests
{
    /// <summary>Numbers near one another and at the ends.</summary>
    private static readonly Gen<long> Number =
        Gen.OneOf(Gen.Long[-3, 3], Gen.Long, Gen.Bool.Select(end => end ? long.MaxValue : long.MinValue));

    /// <summary>Texts whose order differs between UTF-8 and UTF-16, with zeros, and often the beginning of one another.</summary>
    internal static readonly Gen<string> Text = OneOf("", "\0", "a", "b", "\u007F", "\u0080", "\u07FF", "\u0800", "\uE000", "\uFFFF", "😀")
        .Array[0, 4].Select(string.Concat);

    private static readonly Gen<CedarValue> Entity = Gen.Select(OneOf("A", "A::B", "AB", "Patient"), Text)
        .Select(CedarValue (type, id) => new EntityValue(new EntityUid(type, id)));

    internal static readonly Gen<CedarValue> Key = Gen.OneOf(
        Gen.Bool.Select(CedarValue (b) => BooleanValue.Of(b)),
        Number.Select(CedarValue (n) => new LongValue(n)),
        Number.Select(CedarValue (n) => new DecimalValue(n)),
        Number.Select(CedarValue (n) => new DateTimeValue(n)),
        Number.Select(CedarValue (n) => new DurationValue(n)),
        Text.Select(CedarValue (t) => new StringValue(t)),
        Entity);

    [Test]
    public void Bytes_are_ordered_as_the_keys_are() => Gen.Select(Key, Key).Sample((left, right) =>
        Math.Sign(KeyCodec.Encode(left).AsSpan().SequenceCompareTo(KeyCodec.Encode(right))) == Math.Sign(CedarValue.Compare(left, right)));

    [Test]
    public void Key_is_read_back_and_has_the_length_that_was_said() => Key.Sample(key =>
    {
        byte[] bytes = KeyCodec.Encode(key);
        return bytes.Length == KeyCodec.LengthOf(key) && key.Equals(KeyCodec.Decode(bytes));
    });

    [Test]
    public void Bytes_from_outside_are_a_key_in_its_one_form_or_none() =>
        Gen.Select(Gen.Byte[0, 10], Gen.OneOf(Gen.Byte, Gen.Byte[0x70, 0x90], Gen.Byte[0xC0, 0xFF]).Array[0, 12]).Sample((kind, content) =>
        {
            byte[] bytes = [kind, .. content];
            return KeyCodec.Decode(bytes) is not { } key || KeyCodec.Encode(key).AsSpan().SequenceEqual(bytes);
        });

    [TestCase("")]
    [TestCase("0002", Description = "a Bool that is neither")]
    [TestCase("0101", Description = "a number cut short")]
    [TestCase("02C080", Description = "a zero in two bytes")]
    [TestCase("02ED A0BD", Description = "half a surrogate pair")]
    [TestCase("0341", Description = "an entity without an identifier")]
    [TestCase("0400", Description = "a set")]
    public void Malformed_bytes_are_no_key(string hex) =>
        Assert.That(KeyCodec.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), Is.Null);

    [Test]
    public void Longer_bytes_than_any_key_are_none() =>
        Assert.That(KeyCodec.Decode([2, .. Enumerable.Repeat((byte)'a', ModuleLimits.KeyBytes)]), Is.Null);

    [Test]
    public void Set_record_and_address_are_no_keys()
    {
        foreach (CedarValue value in new CedarValue[] { new SetValue([]), RecordValue.Empty, IpAddressValue.FromBits(4, 0, 32)! })
        {
            Assert.That(() => KeyCodec.Encode(value), Throws.ArgumentException);
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
