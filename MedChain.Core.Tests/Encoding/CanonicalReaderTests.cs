using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using MedChain.Core.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Encoding;

/// <summary>The reader takes the one encoding of a value and refuses every other, without harm.</summary>
[TestFixture]
public sealed class CanonicalReaderTests
{
    private delegate object? Read(ref CanonicalReader reader);

    [TestCaseSource(nameof(Integers))]
    public void Integer_has_one_encoding(JsonElement vector)
    {
        long value = long.Parse(vector.Text("value"), CultureInfo.InvariantCulture);
        byte[] encoded = Write((ref CanonicalWriter w) => w.Write(value));
        Assert.That(encoded, Is.EqualTo(vector.Bytes("encoded")));
        Assert.That(Run(encoded, (ref CanonicalReader r) => r.ReadInt64()), Is.EqualTo(value));
    }

    [TestCase("cc7f", TestName = "Integer 127 in 2 bytes")]
    [TestCase("cd00ff", TestName = "Integer 255 in 3 bytes")]
    [TestCase("ce0000ffff", TestName = "Integer 65535 in 5 bytes")]
    [TestCase("cf00000000ffffffff", TestName = "Integer of 32 bits in 9 bytes")]
    [TestCase("d005", TestName = "Positive integer in 1 signed byte")]
    [TestCase("d100ff", TestName = "Positive integer in 2 signed bytes")]
    [TestCase("d30000000100000000", TestName = "Positive integer in 8 signed bytes")]
    [TestCase("d0ff", TestName = "Integer -1 in 2 bytes")]
    [TestCase("d3ffffffffffffffff", TestName = "Integer -1 in 9 bytes")]
    [TestCase("cfffffffffffffffff", TestName = "Integer above the signed range")]
    [TestCase("ca00000000", TestName = "Float")]
    [TestCase("cb0000000000000000", TestName = "Double")]
    [TestCase("c0", TestName = "Nil for an integer")]
    [TestCase("a131", TestName = "String for an integer")]
    [TestCase("c1", TestName = "Unused code")]
    [TestCase("cd01", TestName = "Cut integer")]
    [TestCase("", TestName = "Nothing")]
    public void Other_encodings_of_integers_are_refused(string hex) =>
        Assert.That(Run(Convert.FromHexString(hex), (ref CanonicalReader r) => r.ReadInt64()), Is.Null);

    [TestCase("cc7f")]
    [TestCase("d005")]
    [TestCase("d37fffffffffffffff")]
    [TestCase("ff")]
    [TestCase("")]
    public void Other_encodings_of_unsigned_integers_are_refused(string hex) =>
        Assert.That(Run(Convert.FromHexString(hex), (ref CanonicalReader r) => r.ReadUInt64()), Is.Null);

    [Test]
    public void Unsigned_integers_come_back() =>
        Gen.ULong.Sample(value =>
            value.Equals(Run(Write((ref CanonicalWriter w) => w.Write(value)), (ref CanonicalReader r) => r.ReadUInt64())));

    [TestCase("dc000199", TestName = "Array of 1 in 3 bytes")]
    [TestCase("dd0000000101", TestName = "Array of 1 in 5 bytes")]
    [TestCase("9101", TestName = "Array of 1 where 2 are expected")]
    [TestCase("93010101", TestName = "Array of 3 where 2 are expected")]
    [TestCase("ddffffffff", TestName = "Array of 4 billion")]
    [TestCase("dd7fffffff", TestName = "Array of 2 billion")]
    [TestCase("dcffff", TestName = "Array of 65535 and nothing else")]
    [TestCase("8201010101", TestName = "Map")]
    [TestCase("c0", TestName = "Nil for an array")]
    [TestCase("dc00", TestName = "Cut array header")]
    public void Wrong_arrays_are_refused(string hex) =>
        Assert.That(
            Run(Convert.FromHexString(hex), (ref CanonicalReader r) =>
            {
                r.BeginArray(2);
                return true;
            }),
            Is.Null);

    [TestCase("c5000101", TestName = "Binary of 1 with a 2-byte length")]
    [TestCase("c60000000101", TestName = "Binary of 1 with a 4-byte length")]
    [TestCase("c409010101010101010101", TestName = "Binary above the limit")]
    [TestCase("c6ffffffff", TestName = "Binary of 4 billion")]
    [TestCase("c67fffffff", TestName = "Binary of 2 billion")]
    [TestCase("c40301", TestName = "Cut binary")]
    [TestCase("a101", TestName = "String for binary")]
    [TestCase("c0", TestName = "Nil for binary")]
    [TestCase("c70101ff", TestName = "Extension")]
    [TestCase("d6ff00000000", TestName = "Timestamp")]
    public void Wrong_binary_is_refused(string hex) =>
        Assert.That(Run(Convert.FromHexString(hex), (ref CanonicalReader r) => r.ReadBytes(8).ToArray()), Is.Null);

    [TestCase("d90161", TestName = "String of 1 with a 1-byte length")]
    [TestCase("da000161", TestName = "String of 1 with a 2-byte length")]
    [TestCase("db0000000161", TestName = "String of 1 with a 4-byte length")]
    [TestCase("a9616161616161616161", TestName = "String above the limit")]
    [TestCase("dbffffffff", TestName = "String of 4 billion")]
    [TestCase("a2c328", TestName = "Bad continuation byte")]
    [TestCase("a2c080", TestName = "Overlong zero")]
    [TestCase("a3eda080", TestName = "Surrogate")]
    [TestCase("a4f4908080", TestName = "Beyond Unicode")]
    [TestCase("a1c3", TestName = "Cut character")]
    [TestCase("a361", TestName = "Cut string")]
    [TestCase("c40161", TestName = "Binary for a string")]
    [TestCase("c0", TestName = "Nil for a string")]
    public void Wrong_strings_are_refused(string hex) =>
        Assert.That(Run(Convert.FromHexString(hex), (ref CanonicalReader r) => r.ReadString(8)), Is.Null);

    [Test]
    public void Strings_come_back() =>
        Gen.String.Where(s => !s.Any(char.IsSurrogate)).Sample(text =>
            text.Equals(Run(Write((ref CanonicalWriter w) => w.Write(text)), (ref CanonicalReader r) => r.ReadString(10_000))));

    [TestCase("00")]
    [TestCase("c0")]
    [TestCase("")]
    public void Wrong_booleans_are_refused(string hex) =>
        Assert.That(Run(Convert.FromHexString(hex), (ref CanonicalReader r) => r.ReadBoolean()), Is.Null);

    [Test]
    public void Numbers_outside_their_range_are_refused()
    {
        byte[] negative = Write((ref CanonicalWriter w) => w.Write(-1L));
        byte[] large = Write((ref CanonicalWriter w) => w.Write(1L << 40));
        Assert.That(Run(negative, (ref CanonicalReader r) => r.ReadNonNegative()), Is.Null);
        Assert.That(Run(negative, (ref CanonicalReader r) => r.ReadHeight()), Is.Null);
        Assert.That(Run(negative, (ref CanonicalReader r) => r.ReadSlot()), Is.Null);
        Assert.That(Run(negative, (ref CanonicalReader r) => r.ReadView()), Is.Null);
        Assert.That(Run(large, (ref CanonicalReader r) => r.ReadInt32(0, int.MaxValue)), Is.Null);
    }

    [Test]
    public void Keys_and_digests_of_another_length_are_refused([Values(0, 31, 33, 63, 65)] int length)
    {
        byte[] encoded = Write((ref CanonicalWriter w) => w.Write(new byte[length]));
        Read[] reads =
        [
            (ref CanonicalReader r) => r.ReadDigest(),
            (ref CanonicalReader r) => r.ReadPublicKey(),
            (ref CanonicalReader r) => r.ReadAgreementKey(),
            (ref CanonicalReader r) => r.ReadSignature(),
        ];
        Assert.That(reads.Select(read => Run(encoded, read)), Is.All.Null);
    }

    [Test]
    public void Claimed_lengths_take_no_memory([Values("dd7fffffff", "dcffff", "c67fffffff", "db7fffffff")] string hex)
    {
        byte[] input = Convert.FromHexString(hex);
        Read[] reads =
        [
            (ref CanonicalReader r) => r.ReadList<Box>(int.MaxValue),
            (ref CanonicalReader r) => r.ReadBytes(int.MaxValue).Length,
            (ref CanonicalReader r) => r.ReadString(int.MaxValue),
        ];
        Array.ForEach(reads, read => Run(input, read));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(reads.Select(read => Run(input, read)), Is.All.Null);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(400_000));
    }

    [Test]
    public void Deep_nesting_is_refused_before_the_stack_ends()
    {
        byte[] input = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0x90];
        Assert.That(Run(input, (ref CanonicalReader r) => r.Read<Box>()), Is.Null);
    }

    [Test]
    public void Value_with_bytes_after_it_is_refused()
    {
        Assert.That(Canonical.TryDecode(new byte[] { 0x90 }, out Box? _, out _));
        Assert.That(Canonical.TryDecode(new byte[] { 0x90, 0x00 }, out Box? _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("1 bytes follow"));
    }

    /// <summary>Whatever is read from random bytes is written back as exactly the bytes that were read, and nothing but a refusal is
    /// thrown.</summary>
    [Test]
    public void Anything_read_from_random_bytes_is_written_back_alike() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Int[0x90, 0xdf].Select(i => (byte)i)).Array[0, 40], Gen.Int[0, 7].Array[1, 10]).Sample(
            (input, kinds) =>
            {
                var output = new ArrayBufferWriter<byte>();
                var writer = new CanonicalWriter(output);
                var reader = new CanonicalReader(input);
                long consumed = 0;
                try
                {
                    foreach (int kind in kinds)
                    {
                        CopyOne(kind, ref reader, ref writer);
                        consumed = reader.Consumed;
                        writer.Flush();
                    }
                }
                catch (MalformedDataException)
                {
                    // Refused: what was read before still counts.
                }

                Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(input[..(int)consumed]));
            },
            iter: 20_000);

    private static void CopyOne(int kind, ref CanonicalReader reader, ref CanonicalWriter writer)
    {
        switch (kind)
        {
            case 0:
                writer.Write(reader.ReadInt64());
                break;
            case 1:
                writer.Write(reader.ReadUInt64());
                break;
            case 2:
                writer.Write(reader.ReadBoolean());
                break;
            case 3:
                writer.Write(reader.ReadBytes(30).ToArray());
                break;
            case 4:
                writer.Write(reader.ReadString(30));
                break;
            case 5:
                writer.BeginArray(reader.ReadArrayCount(30));
                break;
            case 6:
                reader.ReadNil();
                writer.WriteNil();
                break;
            default:
                writer.WriteList(reader.ReadList<Box>(30));
                break;
        }
    }

    private static IEnumerable<TestCaseData> Integers() => VectorFile.Cases("encoding-integers.json");

    private static byte[] Write(WriteAction write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What was read; null when it was refused.</summary>
    private static object? Run(byte[] input, Read read)
    {
        var reader = new CanonicalReader(input);
        try
        {
            return read(ref reader);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private delegate void WriteAction(ref CanonicalWriter writer);

    /// <summary>A value that holds nothing or one of its kind: as deep as the input likes.</summary>
    private sealed class Box(Box? inner) : ICanonical<Box>
    {
        void ICanonical<Box>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(inner is null ? 0 : 1);
            if (inner is not null)
            {
                writer.Write(inner);
            }
        }

        static Box ICanonical<Box>.Read(ref CanonicalReader reader) => new(reader.ReadArrayCount(1) == 0 ? null : reader.Read<Box>());
    }
}
