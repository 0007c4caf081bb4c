using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>The loop. What a policy does most is here; the rest is in groups of their own.</summary>
internal sealed partial class Machine
{
    /// <summary>Executes a function whose arguments are in the first registers of the current frame, and leaves the result in the first
    /// register.</summary>
    private Trap Run(Module module, int function)
    {
        Instruction[] code = module.Functions[function].Code;
        ReadOnlySpan<ModuleConstant> constants = module.Constants;
        Span<long> n = _numbers.AsSpan(_frame * ModuleLimits.Registers, ModuleLimits.Registers);
        Span<ValueSlot> v = _values.AsSpan(_frame * ModuleLimits.Registers, ModuleLimits.Registers);
        int at = 0;
        while (true)
        {
            ref readonly Instruction i = ref code[at];
            at++;
            Trap trap = Trap.None;
            switch (i.Opcode)
            {
                case Opcode.Block:
                    trap = Charge(i.Immediate) ? Trap.None : Trap.OutOfGas;
                    break;
                case Opcode.Jump:
                    at = i.Immediate;
                    break;
                case Opcode.JumpIf:
                    at = n[i.A] != 0 ? i.Immediate : at;
                    break;
                case Opcode.JumpUnless:
                    at = n[i.A] == 0 ? i.Immediate : at;
                    break;
                case Opcode.Return:
                    return Trap.None;
                case Opcode.ReturnValue:
                    n[0] = n[i.A];
                    v[0] = v[i.A];
                    return Trap.None;
                case Opcode.ReturnBool:
                    n[0] = i.Immediate;
                    return Trap.None;
                case Opcode.JumpEqual:
                    at = n[i.A] == n[i.B] ? i.Immediate : at;
                    break;
                case Opcode.JumpNotEqual:
                    at = n[i.A] != n[i.B] ? i.Immediate : at;
                    break;
                case Opcode.JumpLess:
                    at = n[i.A] < n[i.B] ? i.Immediate : at;
                    break;
                case Opcode.JumpLessOrEqual:
                    at = n[i.A] <= n[i.B] ? i.Immediate : at;
                    break;
                case Opcode.JumpEqualConstant:
                    at = n[i.A] == constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpNotEqualConstant:
                    at = n[i.A] != constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpLessConstant:
                    at = n[i.A] < constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpLessOrEqualConstant:
                    at = n[i.A] <= constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpGreaterConstant:
                    at = n[i.A] > constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpGreaterOrEqualConstant:
                    at = n[i.A] >= constants[i.Wide].Number ? i.Immediate : at;
                    break;
                case Opcode.JumpSame:
                    at = Entity(v, i.A).Uid.Equals(Entity(v, i.B).Uid) ? i.Immediate : at;
                    break;
                case Opcode.JumpOther:
                    at = Entity(v, i.A).Uid.Equals(Entity(v, i.B).Uid) ? at : i.Immediate;
                    break;
                case Opcode.JumpSameConstant:
                    at = Entity(v, i.A).Uid.Equals(constants[i.Wide].Uid) ? i.Immediate : at;
                    break;
                case Opcode.JumpOtherConstant:
                    at = Entity(v, i.A).Uid.Equals(constants[i.Wide].Uid) ? at : i.Immediate;
                    break;
                case Opcode.JumpIn:
                    at = IsIn(Entity(v, i.A), constants[i.Wide].Uid!) ? i.Immediate : at;
                    break;
                case Opcode.JumpNotIn:
                    at = IsIn(Entity(v, i.A), constants[i.Wide].Uid!) ? at : i.Immediate;
                    break;
                case Opcode.LoadField:
                    trap = Record(v, i.B).Find(constants[i.Low].Text, i.High) is { } field
                        ? Load(field, (RegisterType)i.C, i.A, n, v)
                        : Trap.NoAttribute;
                    break;
                case Opcode.LoadAttribute:
                    trap = LoadAttribute(i, constants[i.Low].Text, n, v);
                    break;
                case Opcode.LoadConstant:
                    n[i.A] = constants[i.Immediate].Number;
                    v[i.A].Value = constants[i.Immediate].Value;
                    break;
                case <= Opcode.LessOrEqual:
                    trap = Compute(module, i, n, v);
                    break;
                case <= Opcode.IsInRange:
                    trap = ComputeTime(i, n, v);
                    break;
                case <= Opcode.IsType:
                    trap = ComputeValue(module, i, n, v);
                    break;
                default:
                    trap = ChangeState(module, i, n, v);
                    break;
            }

            if (trap != Trap.None)
            {
                return Stop(trap, module, function, at - 1);
            }
        }
    }

    private static EntityValue Entity(ReadOnlySpan<ValueSlot> values, int register) => (EntityValue)values[register].Value!;

    private static RecordValue Record(ReadOnlySpan<ValueSlot> values, int register) => (RecordValue)values[register].Value!;

    private Trap LoadAttribute(in Instruction i, string name, Span<long> n, Span<ValueSlot> v)
    {
        if (Find(Entity(v, i.B)) is not { } stored)
        {
            return Trap.UnknownEntity;
        }

        return stored.Attributes.Find(name, i.High) is { } value ? Load(value, (RegisterType)i.C, i.A, n, v) : Trap.NoAttribute;
    }

    /// <summary>Moves, arithmetic and calls.</summary>
    private Trap Compute(Module module, in Instruction i, Span<long> n, Span<ValueSlot> v)
    {
        switch (i.Opcode)
        {
            case Opcode.Fail:
                FaultValue = v[i.A].Value;
                return Trap.Failed;
            case Opcode.Call:
                return Call(module, i);
            case Opcode.Move:
                n[i.A] = n[i.B];
                v[i.A] = v[i.B];
                return Trap.None;
            case Opcode.LoadNumber or Opcode.LoadBool:
                n[i.A] = i.Immediate;
                return Trap.None;
            case Opcode.LoadRequest:
                v[i.A].Value = i.Immediate switch
                {
                    0 => _request!.PrincipalValue,
                    1 => _request!.ActionValue,
                    2 => _request!.ResourceValue,
                    _ => _request!.Context,
                };
                return Trap.None;
            case Opcode.Add:
                return CheckedNumbers.TryAdd(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
            case Opcode.Subtract:
                return CheckedNumbers.TrySubtract(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
            case Opcode.Multiply:
                return CheckedNumbers.TryMultiply(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
            case Opcode.Negate:
                return CheckedNumbers.TrySubtract(0, n[i.B], out n[i.A]) ? Trap.None : Trap.Overflow;
            case Opcode.Equal:
                n[i.A] = n[i.B] == n[i.C] ? 1 : 0;
                return Trap.None;
            case Opcode.Less:
                n[i.A] = n[i.B] < n[i.C] ? 1 : 0;
                return Trap.None;
            case Opcode.LessOrEqual:
                n[i.A] = n[i.B] <= n[i.C] ? 1 : 0;
                return Trap.None;
            default:
                return Trap.Mismatch;
        }
    }

    private Trap Stop(Trap trap, Module module, int function, int instruction)
    {
        // A trap in a called function comes up through its callers; the innermost place is the one to tell.
        if (!_stopped)
        {
            _stopped = true;
            Fault = (module, function, instruction);
        }

        return trap;
    }

    private Trap Call(Module module, in Instruction call) =>
        _frame + 1 >= ModuleLimits.Frames ? Trap.TooDeep : InNextFrame(module, call.Immediate, call);

    /// <summary>Executes a function in the next frame: arguments from register A on, the result to B.</summary>
    private Trap InNextFrame(Module module, int function, in Instruction call)
    {
        ModuleFunction target = module.Functions[function].Declaration;
        int here = _frame * ModuleLimits.Registers;
        int next = here + ModuleLimits.Registers;
        _numbers.AsSpan(here + call.A, target.Parameters.Length).CopyTo(_numbers.AsSpan(next));
        _values.AsSpan(here + call.A, target.Parameters.Length).CopyTo(_values.AsSpan(next));
        _frame++;
        _highestFrame = Math.Max(_highestFrame, _frame);
        Trap trap = Run(module, function);
        _frame--;
        if (trap == Trap.None && target.Result != RegisterType.None)
        {
            _numbers[here + call.B] = _numbers[next];
            _values[here + call.B] = _values[next];
        }

        return trap;
    }
}
