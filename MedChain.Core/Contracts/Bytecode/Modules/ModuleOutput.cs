using System.Buffers;
using System.Buffers.Binary;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Writes the bytes of a module; numbers low byte first.</summary>
internal sealed class ModuleOutput
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Gets whether a text was too long to be written.</summary>
    public bool Failed { get; private set; }

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Short(int value)
    {
        Failed |= value is < 0 or > ushort.MaxValue;
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), unchecked((ushort)value));
    }

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    public void Wide(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Reserve(16), value);

    public void Digest(Digest value) => value.CopyTo(Reserve(Primitives.Digest.Size));

    public void Instruction(Instruction value) => value.Write(Reserve(Modules.Instruction.Size));

    public void Text(string text)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(text);
        Short(length);
        System.Text.Encoding.UTF8.GetBytes(text, Reserve(length));
    }

    private Span<byte> Reserve(int count)
    {
        Span<byte> span = _bytes.GetSpan(Math.Max(count, 1))[..count];
        _bytes.Advance(count);
        return span;
    }
}
