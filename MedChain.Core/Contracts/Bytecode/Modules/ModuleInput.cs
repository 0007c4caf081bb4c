using System.Buffers.Binary;
using System.Text.Unicode;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Reads the bytes of a module. Past the end it gives zeros and remembers that it failed; it never throws.</summary>
internal ref struct ModuleInput(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Gets whether something was read that is not there or not well formed.</summary>
    public bool Failed { get; private set; }

    public readonly int Left => _left.Length;

    public byte Byte() => Take(1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public int Short() => Take(2) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : 0;

    public int Int() => Take(4) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long Long() => Take(8) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public UInt128 Wide() => Take(16) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt128LittleEndian(bytes) : 0;

    public Digest Digest() => Take(Primitives.Digest.Size) is { IsEmpty: false } bytes ? new Digest(bytes) : default;

    /// <summary>So many bytes, or none when there are not as many.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count > _left.Length)
        {
            Failed = true;
            return default;
        }

        ReadOnlySpan<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    /// <summary>A text in UTF-8 after its length in bytes, or <see langword="null"/>.</summary>
    public string? Text()
    {
        ReadOnlySpan<byte> utf8 = Take(Short());
        if (Failed || !Utf8.IsValid(utf8))
        {
            Failed = true;
            return null;
        }

        string text = System.Text.Encoding.UTF8.GetString(utf8);
        Failed |= text.Length > ModuleLimits.TextLength;
        return Failed ? null : text;
    }
}
