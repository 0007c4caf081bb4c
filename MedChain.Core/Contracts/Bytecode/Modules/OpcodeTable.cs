using static MedChain.Core.Contracts.Bytecode.Modules.ImmediateUse;
using static MedChain.Core.Contracts.Bytecode.Modules.OpcodeTraits;
using static MedChain.Core.Contracts.Bytecode.Modules.RegisterType;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>All opcodes with their operands and prices. The verifier, the compilers, the meter and the benchmark read the same
/// table.</summary>
internal static class OpcodeTable
{
    private static readonly Operand Nothing = new(OperandUse.Unused, RegisterType.None);
    private static readonly Operand Special = new(OperandUse.Own, RegisterType.None);
    private static readonly Operand Any = new(OperandUse.Read, RegisterType.None);

    private static readonly OpcodeRule?[] Rules = Arrange(
    [
        Rule(Opcode.Block, 1, Special, Special, Nothing, ImmediateUse.Own),
        Rule(Opcode.Jump, 1, Nothing, Nothing, Nothing, Target, Ends),
        Rule(Opcode.JumpIf, 1, Read(Bool), Nothing, Nothing, Target),
        Rule(Opcode.JumpUnless, 1, Read(Bool), Nothing, Nothing, Target),
        Rule(Opcode.Return, 1, Nothing, Nothing, Nothing, ImmediateUse.Unused, Ends),
        Rule(Opcode.ReturnValue, 1, Any, Nothing, Nothing, ImmediateUse.Unused, Ends),
        Rule(Opcode.ReturnBool, 1, Nothing, Nothing, Nothing, ImmediateUse.Own, Ends),
        Rule(Opcode.Fail, 1, Read(Text), Nothing, Nothing, ImmediateUse.Unused, Ends | ContractOnly),
        Rule(Opcode.Mismatch, 1, Nothing, Nothing, Nothing, ImmediateUse.Unused, Ends),
        Rule(Opcode.Call, 24, Special, Special, Nothing, ImmediateUse.Own),

        Rule(Opcode.JumpEqual, 1, Any, Any, Nothing, Target),
        Rule(Opcode.JumpNotEqual, 1, Any, Any, Nothing, Target),
        Rule(Opcode.JumpLess, 1, Any, Any, Nothing, Target),
        Rule(Opcode.JumpLessOrEqual, 1, Any, Any, Nothing, Target),
        Rule(Opcode.JumpEqualConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpNotEqualConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpLessConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpLessOrEqualConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpGreaterConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpGreaterOrEqualConstant, 1, Any, Special, Special, Target),
        Rule(Opcode.JumpSame, 4, Read(Entity), Read(Entity), Nothing, Target),
        Rule(Opcode.JumpOther, 4, Read(Entity), Read(Entity), Nothing, Target),
        Rule(Opcode.JumpSameConstant, 4, Read(Entity), Special, Special, Target),
        Rule(Opcode.JumpOtherConstant, 4, Read(Entity), Special, Special, Target),
        Rule(Opcode.JumpIn, 16, Read(Entity), Special, Special, Target),
        Rule(Opcode.JumpNotIn, 16, Read(Entity), Special, Special, Target),

        Rule(Opcode.Move, 3, Special, Any, Nothing, ImmediateUse.Unused),
        Rule(Opcode.LoadNumber, 1, Write(Long), Nothing, Nothing, Number),
        Rule(Opcode.LoadBool, 1, Write(Bool), Nothing, Nothing, ImmediateUse.Own),
        Rule(Opcode.LoadConstant, 2, Special, Nothing, Nothing, ImmediateUse.Own),
        Rule(Opcode.LoadRequest, 5, Special, Nothing, Nothing, ImmediateUse.Own, ContractOnly),

        Rule(Opcode.Add, 2, Write(Long), Read(Long), Read(Long)),
        Rule(Opcode.Subtract, 2, Write(Long), Read(Long), Read(Long)),
        Rule(Opcode.Multiply, 8, Write(Long), Read(Long), Read(Long)),
        Rule(Opcode.Negate, 2, Write(Long), Read(Long)),
        Rule(Opcode.Equal, 1, Write(Bool), Any, Any),
        Rule(Opcode.Less, 1, Write(Bool), Any, Any),
        Rule(Opcode.LessOrEqual, 1, Write(Bool), Any, Any),
        Rule(Opcode.Not, 1, Write(Bool), Read(Bool)),

        Rule(Opcode.OffsetTime, 8, Write(Time), Read(Time), Read(Duration)),
        Rule(Opcode.TimeSince, 8, Write(Duration), Read(Time), Read(Time)),
        Rule(Opcode.DateOfTime, 6, Write(Time), Read(Time)),
        Rule(Opcode.TimeOfDay, 6, Write(Duration), Read(Time)),
        Rule(Opcode.DurationIn, 6, Write(Long), Read(Duration), Nothing, ImmediateUse.Own),

        Rule(Opcode.IsIpv4, 6, Write(Bool), Read(Address)),
        Rule(Opcode.IsIpv6, 6, Write(Bool), Read(Address)),
        Rule(Opcode.IsLoopback, 8, Write(Bool), Read(Address)),
        Rule(Opcode.IsMulticast, 8, Write(Bool), Read(Address)),
        Rule(Opcode.IsInRange, 12, Write(Bool), Read(Address), Read(Address)),

        Rule(Opcode.SameEntity, 6, Write(Bool), Read(Entity), Read(Entity)),
        Walk(Opcode.SameValue, 8, Write(Bool), Any, Any),
        Walk(Opcode.Like, 12, Write(Bool), Read(Text), Nothing, ImmediateUse.Own),
        Rule(Opcode.TextLength, 5, Write(Long), Read(Text), Nothing, ImmediateUse.Unused, ContractOnly),
        Walk(Opcode.JoinTexts, 24, Write(Text), Read(Text), Read(Text), ImmediateUse.Unused, ContractOnly),
        Walk(Opcode.HashText, 400, Write(Text), Read(Text), Nothing, ImmediateUse.Unused, ContractOnly),
        Walk(Opcode.MakeSet, 60, Write(RegisterType.Set), Special, Special, ImmediateUse.Own),
        Walk(Opcode.Union, 100, Write(RegisterType.Set), Read(RegisterType.Set), Read(RegisterType.Set)),
        Walk(Opcode.Contains, 12, Write(Bool), Read(RegisterType.Set), Any, ImmediateUse.Own),
        Walk(Opcode.ContainsAll, 12, Write(Bool), Read(RegisterType.Set), Read(RegisterType.Set)),
        Walk(Opcode.ContainsAny, 12, Write(Bool), Read(RegisterType.Set), Read(RegisterType.Set)),
        Rule(Opcode.IsEmpty, 6, Write(Bool), Read(RegisterType.Set)),
        Rule(Opcode.SetLength, 6, Write(Long), Read(RegisterType.Set), Nothing, ImmediateUse.Unused, ContractOnly),
        Rule(Opcode.SetElement, 8, Special, Read(RegisterType.Set), Read(Long), ImmediateUse.Own, ContractOnly),
        Walk(Opcode.MakeRecord, 80, Write(Record), Special, Special, ImmediateUse.Own),
        Rule(Opcode.LoadField, 5, Special, Read(Record), Special, ImmediateUse.Own),
        Rule(Opcode.HasField, 6, Write(Bool), Read(Record), Nothing, ImmediateUse.Own),

        Rule(Opcode.LoadAttribute, 16, Special, Read(Entity), Special, ImmediateUse.Own),
        Rule(Opcode.HasAttribute, 16, Write(Bool), Read(Entity), Nothing, ImmediateUse.Own),
        Walk(Opcode.LoadTag, 24, Special, Read(Entity), Read(Text), ImmediateUse.Own),
        Walk(Opcode.HasTag, 24, Write(Bool), Read(Entity), Read(Text)),
        Rule(Opcode.IsIn, 16, Write(Bool), Read(Entity), Read(Entity)),
        Walk(Opcode.IsInSet, 16, Write(Bool), Read(Entity), Read(RegisterType.Set)),
        Rule(Opcode.IsType, 5, Write(Bool), Read(Entity), Nothing, ImmediateUse.Own),

        Walk(Opcode.GetState, 1_500, Special, Special, Nothing, ImmediateUse.Own, ContractOnly),
        Walk(Opcode.HasState, 1_500, Write(Bool), Special, Nothing, ImmediateUse.Own, ContractOnly),
        Walk(Opcode.SetState, 4_000, Special, Special, Nothing, ImmediateUse.Own, ContractOnly | Writes),
        Walk(Opcode.DeleteState, 4_000, Nothing, Special, Nothing, ImmediateUse.Own, ContractOnly | Writes),
        Walk(Opcode.FirstKey, 200, Special, Nothing, Write(Bool), ImmediateUse.Own, ContractOnly),
        Walk(Opcode.NextKey, 200, Special, Special, Write(Bool), ImmediateUse.Own, ContractOnly),

        Walk(Opcode.Emit, 120, Special, Nothing, Nothing, ImmediateUse.Own, ContractOnly | Writes),
        Walk(Opcode.Oblige, 80, Read(Text), Read(Text), Nothing, ImmediateUse.Unused, ContractOnly | Writes),
        Walk(Opcode.Consume, 80, Read(Text), Read(Long), Nothing, ImmediateUse.Unused, ContractOnly | Writes),
        Rule(Opcode.CallContract, 3_000, Special, Special, Read(Entity), ImmediateUse.Own, ContractOnly),
    ]);

    /// <summary>Gets all rules in the order of their opcodes.</summary>
    public static IEnumerable<OpcodeRule> All => Rules.OfType<OpcodeRule>();

    /// <summary>The rule of an opcode, or <see langword="null"/> for a byte that is none.</summary>
    public static OpcodeRule? Find(Opcode opcode) => (int)opcode < Rules.Length ? Rules[(int)opcode] : null;

    private static Operand Read(RegisterType type) => new(OperandUse.Read, type);

    private static Operand Write(RegisterType type) => new(OperandUse.Write, type);

    private static OpcodeRule Rule(
        Opcode opcode, int gas, Operand a, Operand b, Operand c = default,
        ImmediateUse immediate = ImmediateUse.Unused, OpcodeTraits traits = OpcodeTraits.None) =>
        new(opcode, gas, 0, a, b, c, immediate, traits);

    /// <summary>The rule of an opcode that is charged by the weight of what it walks through.</summary>
    private static OpcodeRule Walk(
        Opcode opcode, int gas, Operand a, Operand b, Operand c = default,
        ImmediateUse immediate = ImmediateUse.Unused, OpcodeTraits traits = OpcodeTraits.None) =>
        new(opcode, gas, GasTable.MostFor(opcode), a, b, c, immediate, traits);

    private static OpcodeRule?[] Arrange(OpcodeRule[] rules)
    {
        var arranged = new OpcodeRule?[rules.Max(rule => (int)rule.Opcode) + 1];
        foreach (OpcodeRule rule in rules)
        {
            arranged[(int)rule.Opcode] = rule;
        }

        return arranged;
    }
}
