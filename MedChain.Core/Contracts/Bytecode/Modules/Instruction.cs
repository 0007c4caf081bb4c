using System.Buffers.Binary;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>One instruction: an opcode, three registers or small numbers, and an immediate. Eight bytes on the wire.</summary>
internal readonly record struct Instruction(Opcode Opcode, byte A, byte B, byte C, int Immediate)
{
    public const int Size = 8;

    /// <summary>Gets B and C read as one number, low byte first.</summary>
    public int Wide => B | (C << 8);

    /// <summary>Gets A and B read as one number, low byte first.</summary>
    public int Signature => A | (B << 8);

    /// <summary>Gets the low half of the immediate.</summary>
    public int Low => Immediate & ushort.MaxValue;

    /// <summary>Gets the high half of the immediate.</summary>
    public int High => Immediate >>> 16;

    public static Instruction Read(ReadOnlySpan<byte> bytes) =>
        new((Opcode)bytes[0], bytes[1], bytes[2], bytes[3], BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Opcode;
        bytes[1] = A;
        bytes[2] = B;
        bytes[3] = C;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Immediate);
    }
}
