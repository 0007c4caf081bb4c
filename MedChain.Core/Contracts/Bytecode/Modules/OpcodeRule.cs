namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>What an instruction does with one of its three operands.</summary>
internal enum OperandUse
{
    /// <summary>Nothing: the byte is zero.</summary>
    Unused,

    /// <summary>Reads the register.</summary>
    Read,

    /// <summary>Writes the register, after everything was read.</summary>
    Write,

    /// <summary>The meaning depends on the opcode and is checked with it.</summary>
    Own,
}

/// <summary>What the immediate of an instruction is.</summary>
internal enum ImmediateUse
{
    /// <summary>Nothing: it is zero.</summary>
    Unused,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>The block to go to.</summary>
    Target,

    /// <summary>The meaning depends on the opcode and is checked with it.</summary>
    Own,
}

[Flags]
internal enum OpcodeTraits
{
    None = 0,

    /// <summary>The next instruction is not reached from this one.</summary>
    Ends = 1,

    /// <summary>Only contracts have it.</summary>
    ContractOnly = 2,

    /// <summary>It changes state or has an effect, so a view has it not.</summary>
    Writes = 4,
}

/// <summary>One of the three operands.</summary>
/// <param name="Use">What is done with it.</param>
/// <param name="Type">The register's type; none for any.</param>
internal readonly record struct Operand(OperandUse Use, RegisterType Type);

/// <summary>An opcode's price and operands.</summary>
/// <param name="Opcode">The opcode.</param>
/// <param name="Gas">Fixed price in the gas table's version 1.</param>
/// <param name="VariableGas">Most that is charged on top of it, by the size of what it works on.</param>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="C">Third operand.</param>
/// <param name="Immediate">What the immediate is.</param>
/// <param name="Traits">What else there is to know.</param>
internal sealed record OpcodeRule(
    Opcode Opcode, int Gas, int VariableGas, Operand A, Operand B, Operand C, ImmediateUse Immediate, OpcodeTraits Traits);
