using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Benchmarks.Modules;

/// <summary>A contract for each opcode, whose function "run" executes it again and again in a loop: to measure it, and as what fuzzing
/// starts from.</summary>
internal static class OpcodePrograms
{
    /// <summary>How often the opcode stands in the loop.</summary>
    public const int Repetitions = 32;

    public const string Run = "run";

    // Registers that the programs set up.
    private const int Counter = 0;
    private const int One = 1;
    private const int Seven = 2;
    private const int Bool = 4;
    private const int Time = 6;
    private const int Duration = 7;
    private const int Principal = 8;
    private const int Resource = 9;
    private const int Text = 10;
    private const int Tag = 11;
    private const int Texts = 12;
    private const int Entities = 13;
    private const int Context = 14;
    private const int Address = 15;
    private const int Target = 16;

    private static readonly EntityUid Group = new("Category", "laboratory");

    /// <summary>Gets the contract that the programs run as, and the one that they call.</summary>
    public static EntityUid Self { get; } = new("Contract", "self");

    public static EntityUid Callee { get; } = new("Contract", "callee");

    public static EntityStore Store { get; } = new EntityStoreBuilder()
        .Add(
            new EntityUid("Researcher", "r-042"), Fields(("openReviews", new LongValue(0))), [new("Role", "accredited-researcher")],
            Fields(("tag", new StringValue("value"))))
        .Add(new EntityUid("Record", "r-1"), Fields(("patient", new EntityValue(new EntityUid("Patient", "p-001")))), [Group])
        .Build();

    public static AuthorizationRequest Request { get; } = new(
        new EntityUid("Researcher", "r-042"), new EntityUid("Action", "compute"), new EntityUid("Record", "r-1"),
        Fields(("cohort", new LongValue(64)), ("purpose", new StringValue("HRESCH"))));

    /// <summary>A host with the called contract and some state.</summary>
    public static MemoryContractHost NewHost()
    {
        var host = new MemoryContractHost();
        host.Contracts.Add(Callee, CalledContract());
        host.Set(new ContractSlot(Self, "total", null), new LongValue(1));
        host.Set(new ContractSlot(Self, "seats", new EntityValue(Request.Principal)), new LongValue(1));
        return host;
    }

    /// <summary>Whether an opcode can be repeated: the others end a function, and are measured with the call that they end.</summary>
    public static bool CanRepeat(Opcode opcode) => opcode is not (Opcode.Fail or Opcode.Mismatch);

    /// <summary>The program of an opcode.</summary>
    /// <param name="opcode">The opcode.</param>
    /// <param name="rounds">How often the loop goes round.</param>
    public static Module Of(Opcode opcode, int rounds)
    {
        var module = new ModuleBuilder(ModuleKind.Contract, default);
        FunctionBuilder code = new(module, [], RegisterType.None, isView: false);
        SetUp(module, code);
        Label loop = FunctionBuilder.NewLabel();
        code.PlaceLoop(loop);
        int mark = code.Mark;
        var program = new OpcodeProgram(module, code);
        for (int i = 0; i < Repetitions; i++)
        {
            program.Emit(opcode);
            code.Release(mark);
        }

        code.EmitTo(Counter, RegisterType.Long, Opcode.Add, Counter, One);
        code.JumpConstant(Opcode.JumpLessConstant, Counter, module.Constant(new LongValue(rounds)), loop);
        code.Emit(Opcode.Return);
        module.Export(Run, module.Function(code));
        return Built(module);
    }

    public static ContractCall Call(long gas) => new(Self, Run, [], Request, Store, gas, IsView: false);

    public static Module Built(ModuleBuilder builder) => builder.TryBuild(out Module? module, out ModuleError? error)
        ? module
        : throw new InvalidOperationException($"A program of the benchmark is refused: {error}");

    private static void SetUp(ModuleBuilder module, FunctionBuilder code)
    {
        CedarValue[] constants =
        [
            new LongValue(0), new LongValue(1), new LongValue(7), new LongValue(3), BooleanValue.True, new DecimalValue(12_500),
            new DateTimeValue(1_790_000_000_000), new DurationValue(3_600_000), new EntityValue(Request.Principal),
            new EntityValue(Request.Resource), new StringValue("laboratory report"), new StringValue("tag"),
            new SetValue(new[] { "PSY", "SUD", "HIV", "GEN" }.Select(label => new StringValue(label))),
            new SetValue([new EntityValue(Group), new EntityValue(new EntityUid("Category", "imaging"))]), RecordValue.Empty,
            IpAddressValue.TryParse("10.0.0.1", out IpAddressValue? address) ? address : BooleanValue.False, new EntityValue(Callee),
        ];
        foreach (CedarValue constant in constants)
        {
            int register = code.Allocate();
            code.EmitTo(register, RegisterTypes.Of(constant), Opcode.LoadConstant, immediate: module.Constant(constant));
        }

        code.EmitTo(Principal, RegisterType.Entity, Opcode.LoadRequest);
        code.EmitTo(Resource, RegisterType.Entity, Opcode.LoadRequest, immediate: 2);
        code.EmitTo(Context, RegisterType.Record, Opcode.LoadRequest, immediate: 3);
    }

    private static Module CalledContract()
    {
        var module = new ModuleBuilder(ModuleKind.Contract, default);
        FunctionBuilder code = new(module, [RegisterType.Long], RegisterType.Long, isView: true);
        code.Emit(Opcode.ReturnValue);
        module.Export("same", module.Function(code));
        return Built(module);
    }

    private static RecordValue Fields(params (string Name, CedarValue Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>Adds one opcode with operands that it accepts.</summary>
    private sealed class OpcodeProgram(ModuleBuilder module, FunctionBuilder code)
    {
        private readonly int _seats = module.Field("seats", RegisterType.Entity, RegisterType.Long);
        private readonly int _total = module.Field("total", RegisterType.None, RegisterType.Long);
        private readonly int _event = module.Event("Happened", [RegisterType.Entity]);
        private readonly int _import = module.Import("same", [RegisterType.Long], RegisterType.Long);
        private int _function = -1;

        public void Emit(Opcode opcode)
        {
            int to = code.Allocate();
            int also = code.Allocate();
            switch (opcode)
            {
                case >= Opcode.Jump and <= Opcode.JumpUnless or >= Opcode.JumpEqual and <= Opcode.JumpNotIn:
                    Branch(opcode);
                    break;
                case Opcode.Block:
                    Branch(Opcode.Jump);
                    break;
                case Opcode.Return or Opcode.ReturnBool or Opcode.ReturnValue or Opcode.Call:
                    code.Emit(Opcode.Call, Seven, opcode == Opcode.Return ? 0 : to, immediate: Function(opcode));
                    break;
                case >= Opcode.GetState and <= Opcode.NextKey:
                    State(opcode, to, also);
                    break;
                case Opcode.Emit:
                    code.Emit(opcode, Principal, immediate: _event);
                    break;
                case Opcode.Oblige:
                    code.Emit(opcode, Text, Tag);
                    break;
                case Opcode.Consume:
                    code.Emit(opcode, Text, One);
                    break;
                case Opcode.CallContract:
                    code.Emit(opcode, Seven, to, Target, _import);
                    break;
                default:
                    Value(opcode, to);
                    break;
            }
        }

        private void Branch(Opcode opcode)
        {
            Label next = FunctionBuilder.NewLabel();
            OpcodeRule rule = OpcodeTable.Find(opcode)!;
            int left = opcode is Opcode.JumpIf or Opcode.JumpUnless ? Bool
                : rule.A.Type == RegisterType.Entity ? Resource
                : rule.A.Use == OperandUse.Unused ? 0 : Seven;
            if (rule.B.Use == OperandUse.Own)
            {
                CedarValue constant = left == Resource ? new EntityValue(Group) : new LongValue(7);
                code.JumpConstant(opcode, left, module.Constant(constant), next);
            }
            else
            {
                code.Jump(opcode, next, left, rule.B.Use == OperandUse.Unused ? 0 : left);
            }

            code.Place(next);
        }

        private int Function(Opcode opcode)
        {
            if (_function < 0)
            {
                RegisterType result = opcode == Opcode.ReturnBool ? RegisterType.Bool
                    : opcode == Opcode.Return ? RegisterType.None : RegisterType.Long;
                FunctionBuilder called = new(module, [RegisterType.Long], result, isView: true);
                called.Emit(opcode == Opcode.Call ? Opcode.ReturnValue : opcode);
                _function = module.Function(called);
            }

            return _function;
        }

        private void State(Opcode opcode, int to, int also)
        {
            switch (opcode)
            {
                case Opcode.GetState:
                    code.Emit(opcode, to, immediate: _total);
                    break;
                case Opcode.HasState:
                    code.Emit(opcode, to, Principal, immediate: _seats);
                    break;
                case Opcode.SetState:
                    code.Emit(opcode, Seven, immediate: _total);
                    break;
                case Opcode.DeleteState:
                    code.Emit(opcode, 0, Principal, immediate: _seats);
                    break;
                case Opcode.FirstKey:
                    code.Emit(opcode, to, 0, also, _seats);
                    break;
                default:
                    code.Emit(opcode, to, Resource, also, _seats);
                    break;
            }
        }

        /// <summary>Instructions whose operands follow from the table.</summary>
        private void Value(Opcode opcode, int to)
        {
            (int b, int c, int immediate) = opcode switch
            {
                Opcode.Move => (Seven, 0, 0),
                Opcode.LoadNumber or Opcode.LoadBool => (0, 0, 1),
                Opcode.LoadConstant or Opcode.LoadRequest => (0, 0, 1),
                Opcode.Equal or Opcode.Less or Opcode.LessOrEqual => (Seven, One, 0),
                Opcode.DurationIn => (Duration, 0, 3),
                Opcode.SameValue => (Text, Tag, 0),
                Opcode.Like => (Text, 0, module.Pattern(["lab", "rep", ""])),
                Opcode.MakeSet => (Seven, 2, (int)RegisterType.Long),
                Opcode.Contains => (Texts, Tag, (int)RegisterType.Text),
                Opcode.SetElement => (Texts, One, (int)RegisterType.Text),
                Opcode.MakeRecord => (Seven, 2, MakesRecord()),
                Opcode.LoadField => (Context, (int)RegisterType.Long, module.Text("cohort")),
                Opcode.HasField => (Context, 0, module.Text("purpose") | (1 << 16)),
                Opcode.LoadAttribute => (Resource, (int)RegisterType.Entity, module.Text("patient")),
                Opcode.HasAttribute => (Resource, 0, module.Text("patient")),
                Opcode.LoadTag => (Principal, Tag, (int)RegisterType.Text),
                Opcode.HasTag => (Principal, Tag, 0),
                Opcode.IsIn => (Resource, Target, 0),
                Opcode.IsInSet => (Resource, Entities, 0),
                Opcode.IsType => (Resource, 0, module.Text("Record")),
                _ => FromTable(OpcodeTable.Find(opcode)!),
            };
            code.Emit(opcode, to, b, c, immediate);
        }

        private int MakesRecord() =>
            module.Names(["a", "b"]) | (module.Signature([RegisterType.Long, RegisterType.Long]) << 16);

        private static (int B, int C, int Immediate) FromTable(OpcodeRule rule) =>
            (RegisterOf(rule.B), RegisterOf(rule.C), 0);

        private static int RegisterOf(Operand operand) => operand.Use == OperandUse.Unused ? 0 : operand.Type switch
        {
            RegisterType.Bool => Bool,
            RegisterType.Time => Time,
            RegisterType.Duration => Duration,
            RegisterType.Entity => Principal,
            RegisterType.Text => Text,
            RegisterType.Set => Texts,
            RegisterType.Record => Context,
            RegisterType.Address => Address,
            _ => Seven,
        };
    }
}
