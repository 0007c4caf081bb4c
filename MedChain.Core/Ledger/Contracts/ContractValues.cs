using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>Values in commands, receipts and state: one byte string, in the form that modules have them in.</summary>
internal static class ContractValues
{
    /// <summary>The bytes of a value.</summary>
    /// <exception cref="ArgumentException">A text or a list in it is longer than modules can write.</exception>
    public static byte[] ToBytes(CedarValue value)
    {
        var output = new ModuleOutput();
        ValueCodec.Write(output, value);
        return output.Failed
            ? throw new ArgumentException($"A value has a text of over {ushort.MaxValue} bytes, or that many elements.", nameof(value))
            : output.Written.ToArray();
    }

    /// <summary>The value of bytes from anywhere, or <see langword="null"/> when they are none, or one in another form.</summary>
    public static CedarValue? TryFromBytes(ReadOnlySpan<byte> bytes)
    {
        var input = new ModuleInput(bytes);
        return ValueCodec.Read(ref input) is { } value && input.Left == 0 && bytes.SequenceEqual(ToBytes(value)) ? value : null;
    }

    /// <summary>The value of bytes that should be one.</summary>
    /// <exception cref="MalformedDataException">The bytes are no value, or a value in another form.</exception>
    public static CedarValue FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes)
        ?? throw new MalformedDataException($"{bytes.Length} bytes are no value, or one in another form.");

    public static void Write(ref CanonicalWriter writer, CedarValue value) => writer.Write(ToBytes(value));

    public static CedarValue Read(ref CanonicalReader reader, int maxBytes) => FromBytes(reader.ReadBytes(maxBytes).Span);
}
