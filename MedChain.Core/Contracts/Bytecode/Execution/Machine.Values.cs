using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Times, addresses, texts, sets, records and entities.</summary>
internal sealed partial class Machine
{
    private static readonly long[] DurationUnits = [1, 1000, 60_000, 3_600_000, 86_400_000];

    private Trap ComputeTime(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        switch (i.Opcode)
        {
            case Opcode.OffsetTime:
                return CheckedNumbers.TryAdd(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.OutOfRange;
            case Opcode.TimeSince:
                return CheckedNumbers.TrySubtract(n[i.B], n[i.C], out n[i.A]) ? Trap.None : Trap.OutOfRange;
            case Opcode.DateOfTime:
                return CheckedNumbers.TrySubtract(n[i.B], DateTimeValue.TimeOfDay(n[i.B]), out n[i.A]) ? Trap.None : Trap.OutOfRange;
            case Opcode.TimeOfDay:
                n[i.A] = DateTimeValue.TimeOfDay(n[i.B]);
                break;
            case Opcode.DurationIn:
                n[i.A] = n[i.B] / DurationUnits[i.Immediate];
                break;
            case Opcode.IsIpv4:
                n[i.A] = Address(v, i.B).IsIpv4 ? 1 : 0;
                break;
            case Opcode.IsIpv6:
                n[i.A] = Address(v, i.B).IsIpv4 ? 0 : 1;
                break;
            case Opcode.IsLoopback:
                n[i.A] = Address(v, i.B).IsLoopback ? 1 : 0;
                break;
            case Opcode.IsMulticast:
                n[i.A] = Address(v, i.B).IsMulticast ? 1 : 0;
                break;
            default:
                n[i.A] = Address(v, i.B).IsInRange(Address(v, i.C)) ? 1 : 0;
                break;
        }

        return Trap.None;
    }

    private static IpAddressValue Address(ReadOnlySpan<ValueSlot> values, int register) => (IpAddressValue)values[register].Value!;

    private static SetValue Set(ReadOnlySpan<ValueSlot> values, int register) => (SetValue)values[register].Value!;

    private static string Text(ReadOnlySpan<ValueSlot> values, int register) => ((StringValue)values[register].Value!).Value;

    private Trap ComputeValue(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        switch (i.Opcode)
        {
            case Opcode.SameEntity:
                n[i.A] = Entity(v, i.B).Uid.Equals(Entity(v, i.C).Uid) ? 1 : 0;
                return Trap.None;
            case Opcode.SameValue:
                return SameValue(i);
            case Opcode.Like:
                return Matches(i, module.Constants[i.Immediate].Pattern!);
            case Opcode.TextLength:
                n[i.A] = Text(v, i.B).Length;
                return Trap.None;
            case Opcode.JoinTexts or Opcode.HashText:
                return MakeText(i);
            case >= Opcode.MakeSet and <= Opcode.SetElement:
                return ComputeSet(i);
            case Opcode.MakeRecord:
                return MakeRecord(module, i);
            case Opcode.HasField:
                n[i.A] = Record(v, i.B).Find(module.Constants[i.Low].Text, i.High) is null ? 0 : 1;
                return Trap.None;
            case Opcode.HasAttribute:
                n[i.A] = Find(Entity(v, i.B))?.Attributes.Find(module.Constants[i.Low].Text, i.High) is null ? 0 : 1;
                return Trap.None;
            case Opcode.LoadTag or Opcode.HasTag:
                return ReadTag(i);
            case Opcode.IsIn:
                n[i.A] = IsIn(Entity(v, i.B), Entity(v, i.C).Uid) ? 1 : 0;
                return Trap.None;
            case Opcode.IsInSet:
                return IsInSet(i);
            default:
                n[i.A] = Entity(v, i.B).Uid.Type == module.Constants[i.Immediate].Text ? 1 : 0;
                return Trap.None;
        }
    }

    private Trap SameValue(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        CedarValue left = v[i.B].Value!;
        CedarValue right = v[i.C].Value!;
        Trap trap = Walk(Math.Min(left.Weight, right.Weight), GasTable.PerWeight);
        n[i.A] = trap == Trap.None && left.Equals(right) ? 1 : 0;
        return trap;
    }

    private Trap Matches(in Instruction i, Pattern pattern)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        // Each part is searched for once, from where the one before ended; only a part's own length can be walked again at each place.
        string text = Text(v, i.B);
        int weight = CedarValue.AddWeights(CedarValue.WeightOf(text), pattern.Parts.Length);
        Trap trap = Walk(weight, GasTable.PerWeight);
        n[i.A] = trap == Trap.None && pattern.Matches(text) ? 1 : 0;
        return trap;
    }

    private Trap MakeText(in Instruction i)
    {
        Span<ValueSlot> v = Values;
        string left = Text(v, i.B);
        string right = i.Opcode == Opcode.JoinTexts ? Text(v, i.C) : "";
        if (left.Length + right.Length > ModuleLimits.TextLength)
        {
            return Trap.ArenaFull;
        }

        Trap trap = Make(CedarValue.AddWeights(CedarValue.WeightOf(left), CedarValue.WeightOf(right)));
        if (trap == Trap.None)
        {
            string made = i.Opcode == Opcode.JoinTexts ? left + right : Digest.Of(System.Text.Encoding.UTF8.GetBytes(left)).ToString();
            v[i.A].Value = new StringValue(made);
        }

        return trap;
    }

    private Trap MakeRecord(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        ReadOnlySpan<string> names = module.Constants[i.Low].Texts.AsSpan();
        ReadOnlySpan<RegisterType> types = module.Content.Signatures[i.High].AsSpan();
        int weight = 1;
        for (int k = 0; k < names.Length; k++)
        {
            weight = CedarValue.AddWeights(weight, CedarValue.WeightOf(names[k]) + WeightOf(types[k], i.B + k, v));
        }

        Trap trap = Make(weight);
        if (trap != Trap.None)
        {
            return trap;
        }

        var attributes = new KeyValuePair<string, CedarValue>[names.Length];
        for (int k = 0; k < names.Length; k++)
        {
            attributes[k] = KeyValuePair.Create(names[k], Value(types[k], i.B + k));
        }

        return Keep(new RecordValue(attributes), i.A);
    }

    /// <summary>A value that was made may be nested no deeper than one from outside.</summary>
    private Trap Keep(CedarValue made, int register)
    {
        Span<ValueSlot> v = Values;
        v[register].Value = made;
        return made.Depth > CedarValue.MaxDepth ? Trap.Mismatch : Trap.None;
    }

    private static int WeightOf(RegisterType type, int register, ReadOnlySpan<ValueSlot> v) =>
        type.IsNumber() ? 1 : v[register].Value!.Weight;

    private Trap ReadTag(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        string key = Text(v, i.C);
        Trap trap = Walk(CedarValue.WeightOf(key), GasTable.PerWeight);
        if (trap != Trap.None)
        {
            return trap;
        }

        CedarValue? tag = Find(Entity(v, i.B))?.Tags[key];
        if (i.Opcode == Opcode.HasTag)
        {
            n[i.A] = tag is null ? 0 : 1;
            return Trap.None;
        }

        if (tag is null)
        {
            FaultValue = v[i.C].Value;
            return Trap.NoTag;
        }

        return Load(tag, (RegisterType)i.Immediate, i.A);
    }

    private Trap IsInSet(in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        SetValue set = Set(v, i.C);
        Trap trap = Walk(set.Weight, GasTable.PerLookup);
        if (trap != Trap.None)
        {
            return trap;
        }

        EntityValue entity = Entity(v, i.B);
        bool found = false;
        foreach (CedarValue element in set.Elements)
        {
            if (element is not EntityValue container)
            {
                return Trap.Mismatch;
            }

            found = found || IsIn(entity, container.Uid);
        }

        n[i.A] = found ? 1 : 0;
        return Trap.None;
    }
}
