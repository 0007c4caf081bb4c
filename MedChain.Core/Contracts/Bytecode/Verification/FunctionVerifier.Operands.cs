using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>Rules that the table of opcodes cannot express: types that depend on other operands, and what immediates refer to.</summary>
internal sealed partial class FunctionVerifier
{
    private const int RequestParts = 4;
    private const int DurationUnits = 5;

    /// <summary>Checks an instruction's own rules.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="written">The type that the instruction gives to its own operand A.</param>
    private bool Own(Instruction instruction, ref RegisterType written)
    {
        switch (instruction.Opcode)
        {
            case Opcode.JumpEqual or Opcode.JumpNotEqual or Opcode.JumpLess or Opcode.JumpLessOrEqual:
                return Comparable(
                    _types[instruction.A], _types[instruction.B], instruction.Opcode is Opcode.JumpLess or Opcode.JumpLessOrEqual);
            case Opcode.Equal or Opcode.Less or Opcode.LessOrEqual:
                return Comparable(_types[instruction.B], _types[instruction.C], instruction.Opcode != Opcode.Equal);
            case >= Opcode.JumpEqualConstant and <= Opcode.JumpGreaterOrEqualConstant:
                return Constant(instruction.Wide, ConstantKind.Value)
                    && Comparable(
                        _types[instruction.A], tables.Constants[instruction.Wide].Type,
                        instruction.Opcode is not (Opcode.JumpEqualConstant or Opcode.JumpNotEqualConstant));
            case Opcode.JumpSameConstant or Opcode.JumpOtherConstant or Opcode.JumpIn or Opcode.JumpNotIn:
                return Constant(instruction.Wide, ConstantKind.Value, RegisterType.Entity);
            case Opcode.Move:
                written = _types[instruction.B];
                return IsRegister(instruction.A);
            case Opcode.LoadConstant:
                return IsRegister(instruction.A) && Constant(instruction.Immediate, ConstantKind.Value)
                    && Takes(ref written, tables.Constants[instruction.Immediate].Type);
            case Opcode.LoadRequest:
                return IsRegister(instruction.A) && Below(instruction.Immediate, RequestParts)
                    && Takes(ref written, instruction.Immediate == RequestParts - 1 ? RegisterType.Record : RegisterType.Entity);
            case Opcode.LoadBool or Opcode.ReturnBool:
                return Below(instruction.Immediate, 2)
                    && (instruction.Opcode == Opcode.LoadBool || Returns(RegisterType.Bool));
            case Opcode.Return:
                return Returns(RegisterType.None);
            case Opcode.ReturnValue:
                return Returns(_types[instruction.A]);
            case Opcode.Call:
                return Calls(instruction, ref written);
            case Opcode.DurationIn:
                return Below(instruction.Immediate, DurationUnits);
            case Opcode.SameValue:
                return (_types[instruction.B] == _types[instruction.C] && !_types[instruction.B].IsNumber())
                    || WrongType("two values of one type that is no number are compared");
            case Opcode.Like:
                return Constant(instruction.Immediate, ConstantKind.Pattern);
            case Opcode.MakeSet:
                return IsType(instruction.Immediate) && ReadElements(instruction);
            case Opcode.Contains:
                return IsType(instruction.Immediate) && Typed(instruction.C, (RegisterType)instruction.Immediate);
            case Opcode.MakeRecord:
                return MakesRecord(instruction);
            case Opcode.LoadField or Opcode.LoadAttribute:
                return IsRegister(instruction.A) && IsType(instruction.C) && Takes(ref written, (RegisterType)instruction.C)
                    && Constant(instruction.Low, ConstantKind.Value, RegisterType.Text) && Hint(instruction);
            case Opcode.HasField or Opcode.HasAttribute:
                return Constant(instruction.Low, ConstantKind.Value, RegisterType.Text) && Hint(instruction);
            case Opcode.LoadTag or Opcode.SetElement:
                return IsRegister(instruction.A) && IsType(instruction.Immediate)
                    && Takes(ref written, (RegisterType)instruction.Immediate);
            case Opcode.IsType:
                return Constant(instruction.Immediate, ConstantKind.Value, RegisterType.Text);
            case >= Opcode.GetState and <= Opcode.NextKey:
                return State(instruction, ref written);
            case Opcode.Emit:
                return Emits(instruction);
            case Opcode.CallContract:
                return CallsContract(instruction, ref written);
            default:
                return true;
        }
    }

    private bool Comparable(RegisterType left, RegisterType right, bool ordered) =>
        (left == right && (ordered ? left.IsOrdered() : left.IsNumber()))
        || WrongType(ordered ? "two numbers of one ordered type are compared" : "two numbers of one type are compared");

    private bool Constant(int index, ConstantKind kind, RegisterType type = RegisterType.None)
    {
        if (index < 0 || index >= tables.Constants.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no constant {index}.");
        }

        ModuleConstant constant = tables.Constants[index];
        return (constant.Kind == kind && (type == RegisterType.None || constant.Type == type))
            || Refuse(ModuleFault.WrongConstant, $"Constant {index} is a {constant.Kind} {constant.Type}; another is needed here.");
    }

    private bool Below(int value, int end) =>
        (value >= 0 && value < end) || Refuse(ModuleFault.BadImmediate, $"The immediate is {value}; it is 0 to {end - 1}.");

    private bool Hint(Instruction instruction) =>
        instruction.High < ModuleLimits.Elements
        || Refuse(ModuleFault.BadImmediate, $"The place of an attribute is {instruction.High}; it is below {ModuleLimits.Elements}.");

    private bool IsType(int type) =>
        type is > 0 and <= (int)RegisterTypes.Last || Refuse(ModuleFault.BadType, $"{type} is no type of a register.");

    private bool Returns(RegisterType type) =>
        type == Header.Result || Refuse(ModuleFault.WrongResult, $"The function gives {Header.Result} and this returns {type}.");

    private static bool Takes(ref RegisterType written, RegisterType type)
    {
        written = type;
        return true;
    }

    private bool WrongType(string rule) => Refuse(ModuleFault.WrongRegisterType, $"The registers have wrong types: {rule}.");

    /// <summary>A set is made of as many registers as C says, from B on, all of one type.</summary>
    private bool ReadElements(Instruction make)
    {
        for (int i = make.B; i < make.B + make.C; i++)
        {
            if (!Typed(i, (RegisterType)make.Immediate))
            {
                return false;
            }
        }

        return IsRegister(make.B);
    }

    /// <summary>A record is made of as many registers as C says, from B on, with the types of a signature and as many names.</summary>
    private bool MakesRecord(Instruction make)
    {
        if (!Constant(make.Low, ConstantKind.Names))
        {
            return false;
        }

        if (make.High >= tables.Signatures.Length || tables.Signatures[make.High].Length != make.C
            || tables.Constants[make.Low].Texts.Length != make.C)
        {
            return Refuse(ModuleFault.BadImmediate, "There are not as many names and types as values.");
        }

        return ReadTypes(make.B, tables.Signatures[make.High]);
    }

    private bool ReadTypes(int first, ImmutableArray<RegisterType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            if (!Typed(first + i, types[i]))
            {
                return false;
            }
        }

        return IsRegister(first);
    }

    /// <summary>A call: arguments from register A on, the result in B.</summary>
    private bool Calls(Instruction call, ref RegisterType written)
    {
        if (call.Immediate < 0 || call.Immediate >= tables.Functions.Count)
        {
            return Refuse(ModuleFault.BadReference, $"There is no function {call.Immediate}.");
        }

        if (kind == ModuleKind.Policy && call.Immediate <= function)
        {
            return Refuse(ModuleFault.CyclicCall, "A policy's function calls later functions only.");
        }

        ModuleFunction target = tables.Functions[call.Immediate];
        if (Header.IsView && !target.IsView)
        {
            return Refuse(ModuleFault.WritesInView, "A view calls views only.");
        }

        return Gives(call, target.Parameters, target.Result, ref written);
    }

    private bool CallsContract(Instruction call, ref RegisterType written)
    {
        if (call.Immediate < 0 || call.Immediate >= tables.Imports.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no import {call.Immediate}.");
        }

        ImportedFunction target = tables.Imports[call.Immediate];
        return Gives(call, target.Parameters, target.Result, ref written);
    }

    private bool Gives(Instruction call, ImmutableArray<RegisterType> parameters, RegisterType result, ref RegisterType written)
    {
        if (!ReadTypes(call.A, parameters) || !IsRegister(call.B))
        {
            return false;
        }

        if (result == RegisterType.None && call.B != 0)
        {
            return Refuse(ModuleFault.UnusedOperand, $"The result's register of a function without a result is {call.B}; it is 0.");
        }

        // The result goes to B; operand A stays what it was.
        written = _types[call.A];
        if (result != RegisterType.None)
        {
            Write(result, call.B);
            written = call.A == call.B ? result : written;
        }

        return true;
    }

    private bool State(Instruction instruction, ref RegisterType written)
    {
        if (instruction.Immediate < 0 || instruction.Immediate >= tables.Fields.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no field {instruction.Immediate}.");
        }

        StateField field = tables.Fields[instruction.Immediate];
        bool isMap = field.Key != RegisterType.None;
        bool walks = instruction.Opcode is Opcode.FirstKey or Opcode.NextKey;
        if (walks && !isMap)
        {
            return Refuse(ModuleFault.BadImmediate, $"Field {instruction.Immediate} has no keys.");
        }

        bool keyed = instruction.Opcode == Opcode.FirstKey
            || (isMap ? Typed(instruction.B, field.Key) : Read(new Operand(OperandUse.Unused, RegisterType.None), instruction.B));
        if (!keyed)
        {
            return false;
        }

        switch (instruction.Opcode)
        {
            case Opcode.GetState:
                return IsRegister(instruction.A) && Takes(ref written, field.Value);
            case Opcode.SetState:
                return Typed(instruction.A, field.Value);
            case Opcode.FirstKey or Opcode.NextKey:
                return IsRegister(instruction.A) && Takes(ref written, field.Key)
                    && (instruction.A != instruction.C || Refuse(ModuleFault.BadRegister, "Key and answer have one register."));
            default:
                return true;
        }
    }

    private bool Emits(Instruction emit)
    {
        if (emit.Immediate < 0 || emit.Immediate >= tables.Events.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no event {emit.Immediate}.");
        }

        return ReadTypes(emit.A, tables.Events[emit.Immediate].Fields);
    }
}
