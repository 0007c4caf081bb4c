namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>What a constant is. The numbers are on the wire.</summary>
internal enum ConstantKind : byte
{
    /// <summary>A value that can be loaded into a register.</summary>
    Value = 0,

    /// <summary>A pattern of <see cref="Opcode.Like"/>.</summary>
    Pattern = 1,

    /// <summary>Names of a record's attributes.</summary>
    Names = 2,
}
