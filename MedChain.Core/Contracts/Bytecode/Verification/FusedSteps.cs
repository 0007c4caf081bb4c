using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>Marks where an attribute is loaded only to be compared with a constant, so that the interpreter does both in one step and keeps
/// the value nowhere. The marks are opcodes that exist here only: modules have none, and gas, places and jump targets stay those of the
/// instructions.</summary>
internal sealed class FusedSteps
{
    /// <summary>In place of <see cref="Opcode.LoadField"/>; the next instruction is a jump on the entity.</summary>
    public const Opcode FieldThenEntity = (Opcode)252;

    /// <summary>In place of <see cref="Opcode.LoadField"/>; the next instruction is a jump on the number.</summary>
    public const Opcode FieldThenNumber = (Opcode)253;

    /// <summary>In place of <see cref="Opcode.LoadAttribute"/>; the next instruction is a jump on the entity.</summary>
    public const Opcode AttributeThenEntity = (Opcode)254;

    /// <summary>In place of <see cref="Opcode.LoadAttribute"/>; the next instruction is a jump on the number.</summary>
    public const Opcode AttributeThenNumber = (Opcode)255;

    /// <summary>The least of the marks.</summary>
    public const Opcode First = FieldThenEntity;

    private readonly Instruction[] _code;
    private readonly ImmutableArray<ImmutableArray<RegisterType>> _signatures;

    private FusedSteps(Instruction[] code, ImmutableArray<ImmutableArray<RegisterType>> signatures)
    {
        _code = code;
        _signatures = signatures;
    }

    /// <summary>The instructions of a function, which were verified, as the interpreter executes them.</summary>
    public static Instruction[] Of(Instruction[] code, ImmutableArray<ImmutableArray<RegisterType>> signatures)
    {
        var fused = new FusedSteps(code, signatures);
        var steps = (Instruction[])code.Clone();
        for (int i = 0; i + 1 < steps.Length; i++)
        {
            // Jumps go to the heads of blocks only, so the second instruction is reached from the first alone.
            if (steps[i].Opcode is Opcode.LoadField or Opcode.LoadAttribute && IsJumpOnConstant(code[i + 1].Opcode)
                && code[i + 1].A == code[i].A && !fused.IsReadAfter(i + 1, code[i].A))
            {
                steps[i] = steps[i] with { Opcode = Fused(steps[i]) };
            }
        }

        return steps;
    }

    private static Opcode Fused(Instruction load) => (load.Opcode == Opcode.LoadField, ((RegisterType)load.C).IsNumber()) switch
    {
        (true, true) => FieldThenNumber,
        (true, false) => FieldThenEntity,
        (false, true) => AttributeThenNumber,
        (false, false) => AttributeThenEntity,
    };

    private static bool IsJumpOnConstant(Opcode opcode) =>
        opcode is (>= Opcode.JumpEqualConstant and <= Opcode.JumpGreaterOrEqualConstant)
            or (>= Opcode.JumpSameConstant and <= Opcode.JumpNotIn);

    /// <summary>Says whether a register may be read again once a jump was executed. Says so too where it is not sure.</summary>
    private bool IsReadAfter(int jump, byte register)
    {
        if (IsDeclared(_code[jump].Immediate, register))
        {
            return true;
        }

        for (int i = jump + 1; i < _code.Length; i++)
        {
            Instruction instruction = _code[i];
            OpcodeRule rule = OpcodeTable.Find(instruction.Opcode)!;
            if (instruction.Opcode == Opcode.Block)
            {
                return IsDeclared(i, register);
            }

            bool mayGoOn = rule.Immediate == ImmediateUse.Target && IsDeclared(instruction.Immediate, register);
            if (mayGoOn || Reads(instruction, rule, register))
            {
                return true;
            }

            if (rule.Traits.HasFlag(OpcodeTraits.Ends) || (Writes(instruction, rule) && instruction.A == register))
            {
                return false;
            }
        }

        return false;
    }

    private bool IsDeclared(int block, byte register)
    {
        ImmutableArray<RegisterType> declared = _signatures[_code[block].Signature];
        return register < declared.Length && declared[register] != RegisterType.None;
    }

    private static bool Reads(Instruction instruction, OpcodeRule rule, byte register) => instruction.Opcode switch
    {
        Opcode.LoadField or Opcode.LoadAttribute => instruction.B == register,
        _ when IsJumpOnConstant(instruction.Opcode) => instruction.A == register,
        _ when MayRead(rule.A) && rule.A.Use == OperandUse.Own => true,
        _ when rule.B.Use == OperandUse.Own || rule.C.Use == OperandUse.Own => true,
        _ => (MayRead(rule.A) && instruction.A == register) || (MayRead(rule.B) && instruction.B == register)
            || (MayRead(rule.C) && instruction.C == register),
    };

    private static bool Writes(Instruction instruction, OpcodeRule rule) =>
        rule.A.Use == OperandUse.Write || instruction.Opcode is Opcode.LoadField or Opcode.LoadAttribute;

    private static bool MayRead(Operand operand) => operand.Use is OperandUse.Read or OperandUse.Own;
}
