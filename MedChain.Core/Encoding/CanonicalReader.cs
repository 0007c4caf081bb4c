using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MedChain.Core.Primitives;
using MessagePack;

namespace MedChain.Core.Encoding;

/// <summary>Reads what <see cref="CanonicalWriter"/> writes and nothing else: every length is checked against its limit before memory is
/// taken, and longer forms of a value are refused.</summary>
/// <remarks>All methods throw <see cref="MalformedDataException"/> for anything that is not canonical.</remarks>
internal ref struct CanonicalReader
{
    private const int MaxDepth = 64;
    private MessagePackReader _reader;
    private int _depth;

    public CanonicalReader(ReadOnlyMemory<byte> bytes)
    {
        _reader = new MessagePackReader(bytes);
    }

    public readonly bool AtEnd => _reader.End;

    public readonly long Consumed => _reader.Consumed;

    public readonly bool NextIsNil => !_reader.End && _reader.NextCode == MessagePackCode.Nil;

    /// <summary>Reads an array header of exactly <paramref name="count"/> elements.</summary>
    public void BeginArray(int count)
    {
        int found = ReadArrayCount(count);
        if (found != count)
        {
            throw new MalformedDataException($"An array of {found} elements where {count} are expected.");
        }
    }

    /// <summary>Reads an array header of at most <paramref name="max"/> elements.</summary>
    public int ReadArrayCount(int max)
    {
        long start = _reader.Consumed;
        int count;
        try
        {
            count = _reader.ReadArrayHeader();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No array where one is expected.", e);
        }

        if (count > max)
        {
            throw new MalformedDataException($"An array of {count} elements; the limit is {max}.");
        }

        RequireLength(start, count < 16 ? 1 : count <= ushort.MaxValue ? 3 : 5);
        return count;
    }

    public long ReadInt64()
    {
        long start = _reader.Consumed;
        long value;
        bool signedForm = NextIsSignedForm;
        try
        {
            value = _reader.ReadInt64();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No 64-bit integer where one is expected.", e);
        }

        RequireLength(start, IntegerLength(value));
        RequireUnsignedForm(value < 0 || !signedForm);
        return value;
    }

    public ulong ReadUInt64()
    {
        long start = _reader.Consumed;
        ulong value;
        bool signedForm = NextIsSignedForm;
        try
        {
            value = _reader.ReadUInt64();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No unsigned 64-bit integer where one is expected.", e);
        }

        RequireLength(start, value > long.MaxValue ? 9 : IntegerLength((long)value));
        RequireUnsignedForm(!signedForm);
        return value;
    }

    /// <summary>Reads an integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int ReadInt32(int min, int max)
    {
        long value = ReadInt64();
        return value >= min && value <= max
            ? (int)value
            : throw new MalformedDataException($"The number {value} is outside {min} to {max}.");
    }

    /// <summary>Reads an integer of 0 or more.</summary>
    public long ReadNonNegative()
    {
        long value = ReadInt64();
        return value >= 0 ? value : throw new MalformedDataException($"The number {value} is negative.");
    }

    public bool ReadBoolean()
    {
        try
        {
            return _reader.ReadBoolean();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No boolean where one is expected.", e);
        }
    }

    public void ReadNil()
    {
        if (!NextIsNil)
        {
            throw new MalformedDataException("No nil where one is expected.");
        }

        _reader.ReadNil();
    }

    /// <summary>Reads binary of at most <paramref name="maxLength"/> bytes; the memory is a slice of the input, not a copy.</summary>
    public ReadOnlyMemory<byte> ReadBytes(int maxLength)
    {
        long start = _reader.Consumed;
        ReadOnlySequence<byte>? bytes;
        try
        {
            if (!_reader.End && _reader.NextMessagePackType != MessagePackType.Binary)
            {
                throw new MalformedDataException("No binary where some is expected.");
            }

            bytes = _reader.ReadBytes();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No binary where some is expected.", e);
        }

        if (bytes is not { } found || found.Length > maxLength)
        {
            throw new MalformedDataException($"Binary of {bytes?.Length ?? 0} bytes; the limit is {maxLength}.");
        }

        int header = found.Length <= byte.MaxValue ? 2 : found.Length <= ushort.MaxValue ? 3 : 5;
        RequireLength(start, header + found.Length);
        return found.First;
    }

    /// <summary>Reads a string of at most <paramref name="maxBytes"/> bytes of UTF-8.</summary>
    public string ReadString(int maxBytes)
    {
        long start = _reader.Consumed;
        ReadOnlySequence<byte>? bytes;
        try
        {
            bytes = _reader.ReadStringSequence();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MalformedDataException("No string where one is expected.", e);
        }

        if (bytes is not { } found || found.Length > maxBytes)
        {
            throw new MalformedDataException($"A string of {bytes?.Length ?? 0} bytes; the limit is {maxBytes}.");
        }

        int header = found.Length < 32 ? 1 : found.Length <= byte.MaxValue ? 2 : found.Length <= ushort.MaxValue ? 3 : 5;
        RequireLength(start, header + found.Length);
        try
        {
            return StrictUtf8.GetString(found.FirstSpan);
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new MalformedDataException("A string is not valid UTF-8.", e);
        }
    }

    public Digest ReadDigest() => new(ReadExactly(Digest.Size));

    public ChainId ReadChainId() => new(ReadDigest());

    public AccountId ReadAccountId() => new(ReadDigest());

    public BlockHeight ReadHeight() => new(ReadNonNegative());

    public SlotNumber ReadSlot() => new(ReadNonNegative());

    public ViewNumber ReadView() => new(ReadNonNegative());

    public PublicKey ReadPublicKey() => new(ReadExactly(PublicKey.Size));

    public AgreementKey ReadAgreementKey() => new(ReadExactly(AgreementKey.Size));

    public Signature ReadSignature() => new(ReadExactly(Signature.Size));

    public T Read<T>()
        where T : ICanonical<T>
    {
        if (++_depth > MaxDepth)
        {
            throw new MalformedDataException($"Values are nested deeper than {MaxDepth}.");
        }

        T value = T.Read(ref this);
        _depth--;
        return value;
    }

    /// <summary>Reads nil as <see langword="null"/>, else a value.</summary>
    public T? ReadOptional<T>()
        where T : class, ICanonical<T>
    {
        if (NextIsNil)
        {
            _reader.ReadNil();
            return null;
        }

        return Read<T>();
    }

    /// <summary>Reads an array of at most <paramref name="max"/> values.</summary>
    public T[] ReadList<T>(int max)
        where T : ICanonical<T>
    {
        var items = new T[ReadPlausibleCount(max)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Read<T>();
        }

        return items;
    }

    public ImmutableArray<Digest> ReadDigests(int max)
    {
        var digests = new Digest[ReadPlausibleCount(max)];
        for (int i = 0; i < digests.Length; i++)
        {
            digests[i] = ReadDigest();
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(digests);
    }

    /// <summary>Reads at most <paramref name="max"/> strings of at most <paramref name="maxBytes"/> bytes each.</summary>
    public ImmutableArray<string> ReadStrings(int max, int maxBytes)
    {
        string[] texts = new string[ReadPlausibleCount(max)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = ReadString(maxBytes);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(texts);
    }

    /// <summary>An array header that the rest of the input can satisfy: every element takes at least one byte, so a short input cannot ask
    /// for a long array.</summary>
    private int ReadPlausibleCount(int max)
    {
        int count = ReadArrayCount(max);
        return count <= _reader.Sequence.Length - _reader.Consumed
            ? count
            : throw new MalformedDataException($"An array claims {count} elements, more than there are bytes left.");
    }

    private readonly bool NextIsSignedForm => !_reader.End && _reader.NextCode is >= MessagePackCode.Int8 and <= MessagePackCode.Int64;

    private static readonly System.Text.UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> ReadExactly(int length)
    {
        ReadOnlyMemory<byte> bytes = ReadBytes(length);
        return bytes.Length == length
            ? bytes.Span
            : throw new MalformedDataException($"Binary of {bytes.Length} bytes where {length} are expected.");
    }

    /// <summary>What MessagePack throws for bytes it does not like. Lengths from 2³¹ on are negative to it, hence the last one.</summary>
    private static bool IsRefusal(Exception e) =>
        e is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentOutOfRangeException;

    private static int IntegerLength(long value) => value switch
    {
        >= -32 and <= 127 => 1,
        >= sbyte.MinValue and <= byte.MaxValue => 2,
        >= short.MinValue and <= ushort.MaxValue => 3,
        >= int.MinValue and <= uint.MaxValue => 5,
        _ => 9,
    };

    private static void RequireUnsignedForm(bool satisfied)
    {
        if (!satisfied)
        {
            throw new MalformedDataException("A number of 0 or more is in a signed form.");
        }
    }

    private readonly void RequireLength(long start, long expected)
    {
        if (_reader.Consumed - start != expected)
        {
            throw new MalformedDataException("A value is not in its shortest form.");
        }
    }
}
