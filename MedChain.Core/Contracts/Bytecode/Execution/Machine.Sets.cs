using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Sets.</summary>
internal sealed partial class Machine
{
    private Trap ComputeSet(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        switch (i.Opcode)
        {
            case Opcode.MakeSet:
                return MakeSet(i);
            case Opcode.Union:
                return Unite(Set(v, i.B), Set(v, i.C), i.A);
            case Opcode.Contains:
                return Contains(i);
            case Opcode.IsEmpty:
                n[i.A] = Set(v, i.B).Elements.IsEmpty ? 1 : 0;
                return Trap.None;
            case Opcode.SetLength:
                n[i.A] = Set(v, i.B).Elements.Length;
                return Trap.None;
            case Opcode.SetElement:
                SetValue set = Set(v, i.B);
                long place = n[i.C];
                return place < 0 || place >= set.Elements.Length
                    ? Trap.NoElement
                    : Load(set.Elements[(int)place], (RegisterType)i.Immediate, i.A);
            default:
                return Covers(i);
        }
    }

    private Trap MakeSet(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        var type = (RegisterType)i.Immediate;
        int weight = 1;
        for (int k = 0; k < i.C; k++)
        {
            weight = CedarValue.AddWeights(weight, WeightOf(type, i.B + k, v));
        }

        Trap trap = Make(weight);
        if (trap != Trap.None)
        {
            return trap;
        }

        var elements = new CedarValue[i.C];
        for (int k = 0; k < elements.Length; k++)
        {
            elements[k] = Value(type, i.B + k);
        }

        return Keep(new SetValue(elements), i.A);
    }

    private Trap Unite(SetValue left, SetValue right, int register)
    {
        Span<ValueSlot> v = Values;
        if (left.Elements.Length + right.Elements.Length > ModuleLimits.Elements)
        {
            return Trap.ArenaFull;
        }

        Trap trap = Make(CedarValue.AddWeights(left.Weight, right.Weight));
        return trap == Trap.None ? Keep(new SetValue([.. left.Elements, .. right.Elements]), register) : trap;
    }

    private Trap Contains(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        SetValue set = Set(v, i.B);
        var type = (RegisterType)i.Immediate;
        if (type.IsNumber())
        {
            bool paid = Charge(GasTable.PerLookup);
            n[i.A] = paid && set.ContainsNumber(RegisterTypes.RankOf(type), n[i.C]) ? 1 : 0;
            return paid ? Trap.None : Trap.OutOfGas;
        }

        CedarValue value = v[i.C].Value!;
        Trap trap = Charge(GasTable.PerLookup) ? Walk(value.Weight, GasTable.PerWeight) : Trap.OutOfGas;
        n[i.A] = trap == Trap.None && set.Contains(value) ? 1 : 0;
        return trap;
    }

    private Trap Covers(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        SetValue set = Set(v, i.B);
        SetValue other = Set(v, i.C);
        Trap trap = Walk(other.Weight, GasTable.PerLookup);
        if (trap != Trap.None)
        {
            return trap;
        }

        bool all = i.Opcode == Opcode.ContainsAll;
        bool result = all;
        foreach (CedarValue element in other.Elements)
        {
            if (set.Contains(element) != all)
            {
                result = !all;
                break;
            }
        }

        n[i.A] = result ? 1 : 0;
        return Trap.None;
    }
}
