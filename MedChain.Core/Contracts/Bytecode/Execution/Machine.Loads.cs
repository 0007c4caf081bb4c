using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Attributes and comparisons of entities: what policies do most. What the loop calls is not inlined, so that it keeps its few
/// variables in the processor's registers.</summary>
internal sealed partial class Machine
{
    private int Frame => unchecked(_frame * ModuleLimits.Registers);

    private EntityValue EntityAt(int register) => (EntityValue)_values[unchecked(Frame + register)].Value!;

    private RecordValue RecordAt(int register) => (RecordValue)_values[unchecked(Frame + register)].Value!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsSame(int register, EntityUid other) => EntityAt(register).Uid.Equals(other);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsIn(int register, EntityUid container) => IsIn(EntityAt(register), container);

    private bool IsIn(EntityValue entity, EntityUid container) =>
        entity.Uid.Equals(container) || (Find(entity) is { } stored && stored.IsBelow(container));

    /// <summary>The attribute that an instruction names; <see langword="null"/> and the trap when there is none.</summary>
    private CedarValue? Named(in Instruction load, string name, bool isField, out Trap trap)
    {
        RecordValue? attributes = isField ? RecordAt(load.B) : Find(EntityAt(load.B))?.Attributes;
        CedarValue? value = attributes?.Find(name, load.High);
        trap = value is not null ? Trap.None : attributes is null ? Trap.UnknownEntity : Trap.NoAttribute;
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Trap LoadNamed(in Instruction load, string name) =>
        Named(load, name, load.Opcode == Opcode.LoadField, out Trap trap) is { } value
            ? Load(value, (RegisterType)load.C, load.A)
            : trap;

    /// <summary>Loads an attribute and compares it with a constant.</summary>
    /// <returns>Where to go on, or the complement of a trap.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LoadThenJump(in Instruction load, in Instruction jump, ModuleConstant[] constants, int next)
    {
        RecordValue attributes;
        if (load.Opcode == FusedSteps.FieldThenEntity)
        {
            attributes = RecordAt(load.B);
        }
        else if (Find(EntityAt(load.B)) is { } stored)
        {
            attributes = stored.Attributes;
        }
        else
        {
            return ~(int)Trap.UnknownEntity;
        }

        if (attributes.Find(constants[load.Low].Text, load.High) is not { } value)
        {
            return ~(int)Trap.NoAttribute;
        }

        if (load.Opcode is FusedSteps.FieldThenEntity or FusedSteps.AttributeThenEntity)
        {
            return value is EntityValue entity && IsShort(entity.Uid)
                ? IsTaken(jump.Opcode, entity, constants[jump.Wide].Uid!) ? jump.Immediate : next
                : ~(int)Trap.Mismatch;
        }

        return IsNumber(value, (RegisterType)load.C)
            ? IsTaken(jump.Opcode, NumberOf(value), constants[jump.Wide].Number) ? jump.Immediate : next
            : ~(int)Trap.Mismatch;
    }

    private bool IsTaken(Opcode jump, EntityValue left, EntityUid right) =>
        jump <= Opcode.JumpOtherConstant
            ? left.Uid.Equals(right) == (jump == Opcode.JumpSameConstant)
            : IsIn(left, right) == (jump == Opcode.JumpIn);

    private static bool IsTaken(Opcode jump, long left, long right)
    {
        // One bit for each of less, equal and greater, so that there is nothing to predict.
        int order = unchecked(1 << (1 + (left > right ? 1 : 0) - (left < right ? 1 : 0)));
        return (Relations[unchecked((byte)(jump - Opcode.JumpEqualConstant))] & order) != 0;
    }

    /// <summary>For each jump that compares with a constant, from <see cref="Opcode.JumpEqualConstant"/> on: 1 when it is taken for less,
    /// 2 for equal, 4 for greater.</summary>
    private static ReadOnlySpan<byte> Relations => [2, 5, 1, 3, 4, 6];

    /// <summary>Says whether an entity's name is so short that it is compared at a fixed price.</summary>
    private static bool IsShort(EntityUid uid) =>
        uid.Id.Length <= ModuleLimits.EntityIdLength && uid.Type.Length <= ModuleLimits.EntityTypeLength;

    /// <summary>Says whether a value from outside is a number of a type.</summary>
    private static bool IsNumber(CedarValue value, RegisterType type) =>
        value is LongValue ? type == RegisterType.Long : RegisterTypes.Of(value) == type;

    /// <summary>The 64 bits of a value that is a number.</summary>
    private static long NumberOf(CedarValue value) => value is LongValue integer ? integer.Value : value.Number;

    /// <summary>Puts a value from outside into a register, if it has the type that the register then has.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Trap Load(CedarValue value, RegisterType type, int register)
    {
        int place = unchecked(Frame + register);
        if (type.IsNumber())
        {
            _numbers[place] = NumberOf(value);
            return IsNumber(value, type) ? Trap.None : Trap.Mismatch;
        }

        bool fits = type switch
        {
            RegisterType.Entity => value is EntityValue entity && IsShort(entity.Uid),
            RegisterType.Text => value is StringValue,
            RegisterType.Set => value is SetValue,
            RegisterType.Record => value is RecordValue,
            _ => value is IpAddressValue,
        };
        if (!fits)
        {
            return Trap.Mismatch;
        }

        _values[place].Value = value;
        return Trap.None;
    }
}
