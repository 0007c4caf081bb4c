using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>Checks the code of one function in one pass: the types of all registers are known where a block begins, because the block
/// declares them, and every way into a block must bring what it declares.</summary>
internal sealed partial class FunctionVerifier(ModuleKind kind, ModuleTables tables, int function, Instruction[] code)
{
    private readonly RegisterType[] _types = new RegisterType[ModuleLimits.Registers];
    private ModuleError? _error;
    private int _at;

    /// <summary>Gets how many registers are used, from register 0 on.</summary>
    public int Registers { get; private set; }

    private ModuleFunction Header => tables.Functions[function];

    /// <summary>The first offence, or <see langword="null"/>.</summary>
    public ModuleError? Check()
    {
        Header.Parameters.AsSpan().CopyTo(_types);
        Registers = Math.Max(Header.Parameters.Length, 1);
        bool reached = true;
        long spent = 0;
        long paid = 0;
        for (_at = 0; _at < code.Length; _at++)
        {
            Instruction instruction = code[_at];
            if (OpcodeTable.Find(instruction.Opcode) is not { } rule)
            {
                return Refused(ModuleFault.UnknownOpcode, $"{(int)instruction.Opcode} is no opcode.");
            }

            if (instruction.Opcode == Opcode.Block)
            {
                if (spent != paid || !Enter(instruction, reached))
                {
                    return _error ?? Refused(ModuleFault.WrongGas, $"The block before costs {spent} and charges {paid}.");
                }

                spent = 0;
                paid = instruction.Immediate;
            }
            else if (_at == 0 || !reached)
            {
                return Refused(ModuleFault.NoBlock, "A block must begin here.");
            }

            if (!Allowed(rule) || (instruction.Opcode != Opcode.Block && !Apply(instruction, rule)))
            {
                return _error;
            }

            spent += rule.Gas;
            reached = !rule.Traits.HasFlag(OpcodeTraits.Ends);
        }

        if (spent != paid)
        {
            return Refused(ModuleFault.WrongGas, $"The last block costs {spent} and charges {paid}.");
        }

        return reached ? Refused(ModuleFault.FallsOff, "The function does not end with a return, a jump or a failure.") : null;
    }

    private bool Allowed(OpcodeRule rule)
    {
        if (rule.Traits.HasFlag(OpcodeTraits.ContractOnly) && kind != ModuleKind.Contract)
        {
            return Refuse(ModuleFault.NotInThisKind, $"Only contracts have {rule.Opcode}.");
        }

        return !(rule.Traits.HasFlag(OpcodeTraits.Writes) && Header.IsView)
            || Refuse(ModuleFault.WritesInView, $"A view has no {rule.Opcode}.");
    }

    /// <summary>Begins a block: what it declares must be there, and from then on it is all that is known.</summary>
    private bool Enter(Instruction block, bool reached)
    {
        if (block.C != 0)
        {
            return Refuse(ModuleFault.UnusedOperand, "Operand C of a block is 0.");
        }

        if (block.Signature >= tables.Signatures.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no signature {block.Signature}.");
        }

        ImmutableArray<RegisterType> declared = tables.Signatures[block.Signature];
        if ((reached || _at == 0) && !Brings(declared))
        {
            return Refuse(ModuleFault.WrongBlockTypes, "The instruction before does not leave the registers as the block declares them.");
        }

        Array.Clear(_types);
        declared.AsSpan().CopyTo(_types);
        return true;
    }

    private bool Brings(ImmutableArray<RegisterType> declared)
    {
        for (int i = 0; i < declared.Length; i++)
        {
            if (declared[i] != RegisterType.None && declared[i] != _types[i])
            {
                return false;
            }
        }

        return true;
    }

    private bool Apply(Instruction instruction, OpcodeRule rule)
    {
        bool read = Read(rule.A, instruction.A) && Read(rule.B, instruction.B) && Read(rule.C, instruction.C)
            && Immediate(instruction, rule.Immediate);
        RegisterType own = RegisterType.None;
        if (!read || !Own(instruction, ref own))
        {
            return false;
        }

        Write(rule.A.Use == OperandUse.Write ? rule.A.Type : own, instruction.A);
        Write(rule.C.Use == OperandUse.Write ? rule.C.Type : RegisterType.None, instruction.C);
        return true;
    }

    private bool Read(Operand operand, byte value)
    {
        switch (operand.Use)
        {
            case OperandUse.Unused:
                return value == 0 || Refuse(ModuleFault.UnusedOperand, $"An operand that is not used is {value}; it is 0.");
            case OperandUse.Read:
                return Typed(value, operand.Type);
            case OperandUse.Write:
                return IsRegister(value);
            default:
                return true;
        }
    }

    /// <summary>Says whether a register has a type, or any type when that is none.</summary>
    private bool Typed(int register, RegisterType type)
    {
        if (!IsRegister(register))
        {
            return false;
        }

        RegisterType found = _types[register];
        return (type == RegisterType.None ? found != RegisterType.None : found == type)
            || Refuse(
                ModuleFault.WrongRegisterType,
                $"Register {register} is {found} and must be {(type == RegisterType.None ? "set" : type)}.");
    }

    private bool IsRegister(int register) =>
        register < ModuleLimits.Registers
        || Refuse(ModuleFault.BadRegister, $"There is no register {register}; they are 0 to {ModuleLimits.Registers - 1}.");

    private bool Immediate(Instruction instruction, ImmediateUse use) => use switch
    {
        ImmediateUse.Unused => instruction.Immediate == 0
            || Refuse(ModuleFault.UnusedOperand, $"An immediate that is not used is {instruction.Immediate}; it is 0."),
        ImmediateUse.Target => IsTarget(instruction.Immediate),
        _ => true,
    };

    private bool IsTarget(int target)
    {
        if (target < 0 || target >= code.Length || code[target].Opcode != Opcode.Block)
        {
            return Refuse(ModuleFault.BadTarget, $"No block begins at instruction {target}.");
        }

        if (target <= _at && kind == ModuleKind.Policy)
        {
            return Refuse(ModuleFault.BackwardBranch, "A policy branches forward only.");
        }

        int signature = code[target].Signature;
        if (signature >= tables.Signatures.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no signature {signature}.");
        }

        return Brings(tables.Signatures[signature])
            || Refuse(ModuleFault.WrongBlockTypes, $"The registers are not as the block at instruction {target} declares them.");
    }

    private void Write(RegisterType type, byte register)
    {
        if (type != RegisterType.None)
        {
            _types[register] = type;
            Registers = Math.Max(Registers, register + 1);
        }
    }

    private bool Refuse(ModuleFault fault, string message)
    {
        _error ??= new ModuleError(fault, function, _at, message);
        return false;
    }

    private ModuleError Refused(ModuleFault fault, string message)
    {
        Refuse(fault, message);
        return _error!;
    }
}
