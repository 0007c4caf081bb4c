using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>The loop. What a policy does most is here; the rest is in groups of their own.</summary>
internal sealed partial class Machine
{
    /// <summary>Executes a function whose arguments are in the first registers of the current frame, and leaves the result in the first
    /// register. Rare work is not inlined, so that the frame of the loop stays small.</summary>
    private Trap Run(Module module, int function)
    {
        VerifiedFunction verified = module.FunctionTable[function];
        Instruction[] code = verified.Steps;
        _usedRegisters = Math.Max(_usedRegisters, verified.Registers);
        ModuleConstant[] constants = module.ConstantTable;
        Span<long> n = Numbers;
        int at = 0;
        while (true)
        {
            ref readonly Instruction i = ref code[at];
            at = unchecked(at + 1);
            Trap trap;
            switch (i.Opcode)
            {
                case Opcode.Block:
                    trap = Charge(i.Immediate) ? Trap.None : Trap.OutOfGas;
                    break;
                case Opcode.Jump:
                    at = i.Immediate;
                    continue;
                case Opcode.JumpIf:
                    at = n[i.A] != 0 ? i.Immediate : at;
                    continue;
                case Opcode.JumpUnless:
                    at = n[i.A] == 0 ? i.Immediate : at;
                    continue;
                case Opcode.Return:
                    return Trap.None;
                case Opcode.ReturnValue:
                    n[0] = n[i.A];
                    Values[0] = Values[i.A];
                    return Trap.None;
                case Opcode.ReturnBool:
                    n[0] = i.Immediate;
                    return Trap.None;
                case Opcode.JumpEqual:
                    at = n[i.A] == n[i.B] ? i.Immediate : at;
                    continue;
                case Opcode.JumpNotEqual:
                    at = n[i.A] != n[i.B] ? i.Immediate : at;
                    continue;
                case Opcode.JumpLess:
                    at = n[i.A] < n[i.B] ? i.Immediate : at;
                    continue;
                case Opcode.JumpLessOrEqual:
                    at = n[i.A] <= n[i.B] ? i.Immediate : at;
                    continue;
                case Opcode.JumpEqualConstant:
                    at = n[i.A] == constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpNotEqualConstant:
                    at = n[i.A] != constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpLessConstant:
                    at = n[i.A] < constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpLessOrEqualConstant:
                    at = n[i.A] <= constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpGreaterConstant:
                    at = n[i.A] > constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpGreaterOrEqualConstant:
                    at = n[i.A] >= constants[i.Wide].Number ? i.Immediate : at;
                    continue;
                case Opcode.JumpSame:
                    at = IsSame(i.A, EntityAt(i.B).Uid) ? i.Immediate : at;
                    continue;
                case Opcode.JumpOther:
                    at = IsSame(i.A, EntityAt(i.B).Uid) ? at : i.Immediate;
                    continue;
                case Opcode.JumpSameConstant:
                    at = IsSame(i.A, constants[i.Wide].Uid!) ? i.Immediate : at;
                    continue;
                case Opcode.JumpOtherConstant:
                    at = IsSame(i.A, constants[i.Wide].Uid!) ? at : i.Immediate;
                    continue;
                case Opcode.JumpIn:
                    at = IsIn(i.A, constants[i.Wide].Uid!) ? i.Immediate : at;
                    continue;
                case Opcode.JumpNotIn:
                    at = IsIn(i.A, constants[i.Wide].Uid!) ? at : i.Immediate;
                    continue;
                case FusedSteps.FieldThenNumber:
                    if (RecordAt(i.B).Find(constants[i.Low].Text, i.High) is not { } value)
                    {
                        trap = Trap.NoAttribute;
                        break;
                    }

                    if (!IsNumber(value, (RegisterType)i.C))
                    {
                        trap = Trap.Mismatch;
                        break;
                    }

                    ref readonly Instruction jump = ref code[at];
                    at = IsTaken(jump.Opcode, NumberOf(value), constants[jump.Wide].Number) ? jump.Immediate : unchecked(at + 1);
                    continue;
                case >= FusedSteps.First:
                    int next = LoadThenJump(i, code[at], constants, unchecked(at + 1));
                    if (next >= 0)
                    {
                        at = next;
                        continue;
                    }

                    trap = (Trap)~next;
                    break;
                case Opcode.LoadField or Opcode.LoadAttribute:
                    trap = LoadNamed(i, constants[i.Low].Text);
                    break;
                case Opcode.LoadConstant:
                    n[i.A] = constants[i.Immediate].Number;
                    Values[i.A].Value = constants[i.Immediate].Value;
                    continue;
                case Opcode.Move:
                    n[i.A] = n[i.B];
                    Values[i.A] = Values[i.B];
                    continue;
                case Opcode.LoadNumber or Opcode.LoadBool:
                    n[i.A] = i.Immediate;
                    continue;
                case Opcode.Add:
                    trap = CheckedNumbers.TryAdd(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
                    break;
                case Opcode.Subtract:
                    trap = CheckedNumbers.TrySubtract(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
                    break;
                case Opcode.Multiply:
                    trap = Multiply(i);
                    break;
                case Opcode.Negate:
                    trap = CheckedNumbers.TrySubtract(0, n[i.B], out n[i.A]) ? Trap.None : Trap.Overflow;
                    break;
                case Opcode.Equal:
                    n[i.A] = n[i.B] == n[i.C] ? 1 : 0;
                    continue;
                case Opcode.Less:
                    n[i.A] = n[i.B] < n[i.C] ? 1 : 0;
                    continue;
                case Opcode.LessOrEqual:
                    n[i.A] = n[i.B] <= n[i.C] ? 1 : 0;
                    continue;
                case Opcode.Not:
                    n[i.A] = n[i.B] == 0 ? 1 : 0;
                    continue;
                default:
                    trap = RunRare(module, i);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Trap Multiply(in Instruction i)
    {
        Span<long> n = Numbers;
        return CheckedNumbers.TryMultiply(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.Overflow;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Trap RunRare(Module module, in Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Mismatch:
                return Trap.Mismatch;
            case Opcode.Fail:
                FaultValue = Values[i.A].Value;
                return Trap.Failed;
            case Opcode.Call:
                return Call(module, i);
            case Opcode.LoadRequest:
                AuthorizationRequest request = _binding!.Request;
                Values[i.A].Value = i.Immediate switch
                {
                    0 => request.PrincipalValue,
                    1 => request.ActionValue,
                    2 => request.ResourceValue,
                    _ => request.Context,
                };
                return Trap.None;
            case <= Opcode.IsInRange:
                return ComputeTime(i);
            case <= Opcode.IsType:
                return ComputeValue(module, i);
            default:
                return ChangeState(module, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.NoInlining)]
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
