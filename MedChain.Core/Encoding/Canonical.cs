using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Primitives;

namespace MedChain.Core.Encoding;

/// <summary>Encodes, decodes and hashes canonical types.</summary>
internal static class Canonical
{
    public static byte[] Encode<T>(T value)
        where T : ICanonical<T>
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new CanonicalWriter(output);
        value.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes that are hashed or signed: the tag, then the value. A tag names one type and version, so bytes of one kind never
    /// pass for another.</summary>
    public static byte[] EncodeTagged<T>(string tag, T value)
        where T : ICanonical<T>
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new CanonicalWriter(output);
        writer.Write(tag);
        value.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 of the tag and the value.</summary>
    public static Digest Hash<T>(string tag, T value)
        where T : ICanonical<T> => Digest.Of(EncodeTagged(tag, value));

    /// <summary>Decodes one value that takes all of <paramref name="bytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are not canonical.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes)
        where T : ICanonical<T>
    {
        var reader = new CanonicalReader(bytes);
        T value = reader.Read<T>();
        return reader.AtEnd
            ? value
            : throw new MalformedDataException($"{bytes.Length - reader.Consumed} bytes follow the value.");
    }

    /// <summary>Decodes, for bytes from outside: anything wrong is <see langword="false"/> and a reason.</summary>
    public static bool TryDecode<T>(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? reason)
        where T : ICanonical<T>
    {
        try
        {
            value = Decode<T>(bytes);
            reason = null;
            return true;
        }
        catch (MalformedDataException e)
        {
            value = default;
            reason = e.Message;
            return false;
        }
    }
}
