using System.Buffers.Binary;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Keys of maps as bytes. The bytes are in the canonical order of the values, so that a store of sorted bytes walks a map in that
/// order; a key has one form.</summary>
/// <remarks>The first byte is the kind's place in the order. Numbers follow as 64 bits, high byte first, with the sign flipped. Texts
/// follow with each UTF-16 unit on its own in the bit pattern of UTF-8: UTF-8 itself orders characters beyond the first 65,536 otherwise.
/// An entity is its type, a zero, which no type contains, and its identifier.</remarks>
internal static class KeyCodec
{
    /// <summary>Says whether values of a type can be keys.</summary>
    public static bool IsKey(RegisterType type) => type is >= RegisterType.Bool and <= RegisterType.Text;

    /// <summary>How many bytes a key has.</summary>
    public static int LengthOf(CedarValue key) => key switch
    {
        BooleanValue => 2,
        StringValue text => 1 + LengthOf(text.Value),
        EntityValue entity => 2 + LengthOf(entity.Uid.Type) + LengthOf(entity.Uid.Id),
        LongValue or DecimalValue or DateTimeValue or DurationValue => 1 + sizeof(long),
        _ => throw new ArgumentException($"A {key.TypeName} is no key.", nameof(key)),
    };

    public static byte[] Encode(CedarValue key)
    {
        byte[] bytes = new byte[LengthOf(key)];
        bytes[0] = (byte)key.Rank;
        Span<byte> content = bytes.AsSpan(1);
        switch (key)
        {
            case BooleanValue boolean:
                content[0] = boolean.Value ? (byte)1 : (byte)0;
                break;
            case StringValue text:
                Write(text.Value, content);
                break;
            case EntityValue entity:
                int end = Write(entity.Uid.Type, content);
                Write(entity.Uid.Id, content[(end + 1)..]);
                break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(content, key.Number ^ long.MinValue);
                break;
        }

        return bytes;
    }

    /// <summary>Reads a key, or gives <see langword="null"/> for bytes that are none.</summary>
    public static CedarValue? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > ModuleLimits.KeyBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> content = bytes[1..];
        CedarValue? key = bytes[0] switch
        {
            0 when content.Length == 1 => BooleanValue.Of(content[0] != 0),
            2 when ReadText(content) is { } text => new StringValue(text),
            3 => ReadEntity(content),
            var kind => content.Length == sizeof(long)
                ? NumberOf(kind, BinaryPrimitives.ReadInt64BigEndian(content) ^ long.MinValue)
                : null,
        };
        return key is not null && bytes.SequenceEqual(Encode(key)) ? key : null;
    }

    private static CedarValue? NumberOf(byte kind, long number) => kind switch
    {
        1 => new LongValue(number),
        6 => new DecimalValue(number),
        8 => new DateTimeValue(number),
        9 => new DurationValue(number),
        _ => null,
    };

    private static EntityValue? ReadEntity(ReadOnlySpan<byte> content)
    {
        int end = content.IndexOf((byte)0);
        return end >= 0 && EntityUid.TryCreate(ReadText(content[..end]), ReadText(content[(end + 1)..]), out EntityUid? uid)
            ? new EntityValue(uid)
            : null;
    }

    private static int LengthOf(string text)
    {
        int length = text.Length;
        foreach (char unit in text)
        {
            length += unit < 0x80 ? 0 : unit < 0x800 ? 1 : 2;
        }

        return length;
    }

    private static int Write(string text, Span<byte> output)
    {
        int at = 0;
        foreach (char unit in text)
        {
            if (unit < 0x80)
            {
                output[at++] = (byte)unit;
                continue;
            }

            if (unit < 0x800)
            {
                output[at++] = (byte)(0xC0 | (unit >> 6));
            }
            else
            {
                output[at++] = (byte)(0xE0 | (unit >> 12));
                output[at++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
            }

            output[at++] = (byte)(0x80 | (unit & 0x3F));
        }

        return at;
    }

    /// <summary>Reads units without checking that each has its shortest form: the caller compares with the key written again.</summary>
    private static string? ReadText(ReadOnlySpan<byte> input)
    {
        Span<char> units = stackalloc char[ModuleLimits.KeyBytes];
        int count = 0;
        while (!input.IsEmpty)
        {
            int length = input[0] < 0x80 ? 1 : input[0] < 0xE0 ? 2 : 3;
            if (input.Length < length)
            {
                return null;
            }

            units[count++] = length switch
            {
                1 => (char)input[0],
                2 => (char)(((input[0] & 0x1F) << 6) | (input[1] & 0x3F)),
                _ => (char)(((input[0] & 0x0F) << 12) | ((input[1] & 0x3F) << 6) | (input[2] & 0x3F)),
            };
            input = input[length..];
        }

        return Cedar.Syntax.Quoting.IsWellFormed(units[..count]) ? new string(units[..count]) : null;
    }
}
