using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>Contracts on the machine: state with rollback, keys in order, effects, metered loops, calls without re-entrancy. The contract
/// is a register of seats, assembled by hand.</summary>
[TestFixture]
public sealed class ContractMachineTests
{
    private static readonly EntityUid Study = new("Contract", "study");
    private static readonly EntityUid Other = new("Contract", "other");
    private static readonly EntityUid Anna = new("Patient", "anna");
    private static readonly EntityUid Bert = new("Patient", "bert");

    private MemoryContractHost _host = null!;

    [SetUp]
    public void Deploy()
    {
        _host = new MemoryContractHost();
        _host.Contracts.Add(Study, Register());
        _host.Contracts.Add(Other, Caller());
        Assert.That(Call("init", []).Trap, Is.EqualTo(Trap.None));
    }

    [Test]
    public void Enrolled_patient_has_a_seat_and_an_event()
    {
        ContractOutcome outcome = Call("enrol", [new EntityValue(Anna)]);

        Assert.That(outcome.Trap, Is.EqualTo(Trap.None), outcome.Message);
        Assert.That(outcome.Effects, Has.Length.EqualTo(1));
        var emitted = (ContractEffect.Emitted)outcome.Effects[0];
        Assert.That(emitted.Values, Is.EqualTo(new CedarValue[] { new EntityValue(Anna), new LongValue(1) }));
        Assert.That(View("isEnrolled", [new EntityValue(Anna)]).Result, Is.EqualTo(BooleanValue.True));
        Assert.That(View("isEnrolled", [new EntityValue(Bert)]).Result, Is.EqualTo(BooleanValue.False));
    }

    [Test]
    public void Failure_tells_its_message_and_changes_nothing()
    {
        Call("enrol", [new EntityValue(Anna)]);
        Dictionary<ContractSlot, CedarValue> before = new(_host.State);

        ContractOutcome outcome = Call("enrol", [new EntityValue(Anna)]);

        Assert.That((outcome.Trap, outcome.Message), Is.EqualTo((Trap.Failed, "already enrolled")));
        Assert.That(outcome.Effects, Is.Empty);
        Assert.That(_host.State, Is.EquivalentTo(before));
    }

    [Test]
    public void Keys_are_walked_in_canonical_order_and_gas_grows_with_them()
    {
        long empty = View("count", []).GasUsed;
        Call("enrol", [new EntityValue(Bert)]);
        Call("enrol", [new EntityValue(Anna)]);

        ContractOutcome outcome = View("count", []);

        Assert.That(outcome.Result, Is.EqualTo(new LongValue(2)), outcome.Message);
        Assert.That(outcome.GasUsed, Is.GreaterThan(empty));
    }

    [Test]
    public void Endless_loop_runs_out_of_gas_and_costs_its_limit()
    {
        ContractOutcome outcome = Call("loop", [], gas: 10_000);
        Assert.That((outcome.Trap, outcome.GasUsed), Is.EqualTo((Trap.OutOfGas, 10_000L)));
    }

    [Test]
    public void Endless_recursion_is_too_deep() => Assert.That(Call("recurse", []).Trap, Is.EqualTo(Trap.TooDeep));

    [Test]
    public void View_may_not_be_asked_to_write() =>
        Assert.That(View("enrol", [new EntityValue(Anna)]).Trap, Is.EqualTo(Trap.NotAView));

    [TestCase("enrol")]
    [TestCase("unknown", "x")]
    public void Wrong_arguments_or_name_are_an_unknown_function(string function, params string[] texts)
    {
        ContractOutcome outcome = Call(function, [.. texts.Select(text => new StringValue(text))]);
        Assert.That(outcome.Trap, Is.EqualTo(Trap.UnknownContract));
    }

    [Test]
    public void Contract_calls_another_and_its_writes_are_the_others()
    {
        ContractOutcome outcome = Call(Other, "enrolThere", [new EntityValue(Study), new EntityValue(Anna)]);

        Assert.That(outcome.Trap, Is.EqualTo(Trap.None), outcome.Message);
        Assert.That(outcome.Effects[0].Contract, Is.EqualTo(Study));
        Assert.That(_host.State.Keys.Select(slot => slot.Contract).Distinct(), Is.EqualTo(new[] { Study }));
    }

    [Test]
    public void Contract_that_is_being_executed_is_not_entered_again() =>
        Assert.That(Call(Other, "again", [new EntityValue(Other)]).Trap, Is.EqualTo(Trap.Reentrant));

    [Test]
    public void Value_is_paid_before_it_is_read()
    {
        var host = new UnreadableHost(Register());
        ContractCall call = CallOf(Study, "enrol", [new EntityValue(Anna)], gas: 20_000);
        ContractOutcome outcome = new Machine().Execute(call, host, new StateOverlay(host));
        Assert.That(outcome.Trap, Is.EqualTo(Trap.OutOfGas), "Its weight is more than the gas suffices for.");
        ContractCall paid = call with { Gas = 100_000 };
        Assert.That(() => new Machine().Execute(paid, host, new StateOverlay(host)), Throws.InvalidOperationException);
    }

    [Test]
    public void Key_is_paid_before_it_is_looked_for()
    {
        var host = new UnreadableHost(Register());
        ContractCall call = CallOf(Study, "count", [], gas: 1_500);
        Assert.That(new Machine().Execute(call, host, new StateOverlay(host)).Trap, Is.EqualTo(Trap.OutOfGas));
        ContractCall paid = call with { Gas = 100_000 };
        Assert.That(() => new Machine().Execute(paid, host, new StateOverlay(host)), Throws.InvalidOperationException);
    }

    [Test]
    public void Key_that_is_too_long_for_the_state_is_refused()
    {
        Assert.That(Call("enrol", [Patient(ModuleLimits.KeyBytes - 9)]).Trap, Is.EqualTo(Trap.None));
        Assert.That(Call("enrol", [Patient(ModuleLimits.KeyBytes - 8)]).Trap, Is.EqualTo(Trap.TooLarge));
        static EntityValue Patient(int length) => new(new EntityUid("Patient", new string('p', length)));
    }

    [Test]
    public void Type_of_an_entity_counts_and_is_limited()
    {
        var longest = new EntityValue(new EntityUid(new string('T', ModuleLimits.EntityTypeLength), ""));
        var longer = new EntityValue(new EntityUid(new string('T', ModuleLimits.EntityTypeLength + 1), ""));
        Assert.That(longest.Weight, Is.EqualTo(65));
        Assert.That(Call("enrol", [longest]).Trap, Is.EqualTo(Trap.TooLarge), "as a key");
        Assert.That(Call("enrol", [longer]).Trap, Is.EqualTo(Trap.UnknownContract), "as an argument");
    }

    [Test]
    public void Overlay_goes_back_to_any_checkpoint()
    {
        var overlay = new StateOverlay(_host);
        ContractSlot first = new(Study, "seats", new EntityValue(Anna));
        ContractSlot second = new(Study, "seats", new EntityValue(Bert));
        overlay.Write(first, new LongValue(1));
        int checkpoint = overlay.Checkpoint();
        overlay.Write(first, null);
        overlay.Write(second, new LongValue(2));

        overlay.RollBack(checkpoint);

        Assert.That(overlay.Read(first), Is.EqualTo(new LongValue(1)));
        Assert.That(overlay.Read(second), Is.Null);
        Assert.That(overlay.TryNextKey(Study, "seats", new EntityValue(Anna), () => true, out CedarValue? next), Is.True);
        Assert.That(next, Is.Null);
        Assert.That(overlay.WriteSet.Keys, Is.EqualTo(new[] { first }));
        Assert.That(overlay.ReadSet, Does.Contain(second));
    }

    private ContractOutcome Call(string function, ImmutableArray<CedarValue> arguments, long gas = 1_000_000) =>
        Run(Study, function, arguments, gas, isView: false);

    private ContractOutcome Call(EntityUid contract, string function, ImmutableArray<CedarValue> arguments) =>
        Run(contract, function, arguments, 1_000_000, isView: false);

    private ContractOutcome View(string function, ImmutableArray<CedarValue> arguments) =>
        Run(Study, function, arguments, 1_000_000, isView: true);

    private ContractOutcome Run(EntityUid contract, string function, ImmutableArray<CedarValue> arguments, long gas, bool isView)
    {
        var overlay = new StateOverlay(_host);
        ContractOutcome outcome = new Machine().Execute(CallOf(contract, function, arguments, gas, isView), _host, overlay);
        _host.Commit(overlay);
        return outcome;
    }

    private static ContractCall CallOf(
        EntityUid contract, string function, ImmutableArray<CedarValue> arguments, long gas, bool isView = false) =>
        new(contract, function, arguments, new AuthorizationRequest(Anna, new EntityUid("Action", "call"), contract), EntityStore.Empty,
            gas, isView);

    private static Module Register()
    {
        var module = new ModuleBuilder(ModuleKind.Contract, default);
        int seats = module.Field("seats", RegisterType.Entity, RegisterType.Long);
        int used = module.Field("used", RegisterType.None, RegisterType.Long);
        int enrolled = module.Event("Enrolled", [RegisterType.Entity, RegisterType.Long]);

        FunctionBuilder init = new(module, [], RegisterType.None, isView: false);
        int zero = init.Allocate();
        init.EmitTo(zero, RegisterType.Long, Opcode.LoadNumber);
        init.Emit(Opcode.SetState, zero, immediate: used);
        init.Emit(Opcode.Return);
        module.Export("init", module.Function(init));

        FunctionBuilder enrol = new(module, [RegisterType.Entity], RegisterType.None, isView: false);
        int taken = enrol.Allocate();
        int message = enrol.Allocate();
        Label free = FunctionBuilder.NewLabel();
        enrol.EmitTo(taken, RegisterType.Bool, Opcode.HasState, immediate: seats);
        enrol.Jump(Opcode.JumpUnless, free, taken);
        enrol.EmitTo(message, RegisterType.Text, Opcode.LoadConstant, immediate: module.Text("already enrolled"));
        enrol.Emit(Opcode.Fail, message);
        enrol.Place(free);
        enrol.Release(1);
        int who = enrol.Allocate();
        int count = enrol.Allocate();
        int one = enrol.Allocate();
        enrol.EmitTo(who, RegisterType.Entity, Opcode.Move);
        enrol.EmitTo(count, RegisterType.Long, Opcode.GetState, immediate: used);
        enrol.EmitTo(one, RegisterType.Long, Opcode.LoadNumber, immediate: 1);
        enrol.EmitTo(count, RegisterType.Long, Opcode.Add, count, one);
        enrol.Emit(Opcode.SetState, count, immediate: used);
        enrol.Emit(Opcode.SetState, count, who, immediate: seats);
        enrol.Emit(Opcode.Emit, who, immediate: enrolled);
        enrol.Emit(Opcode.Return);
        module.Export("enrol", module.Function(enrol));

        FunctionBuilder isEnrolled = new(module, [RegisterType.Entity], RegisterType.Bool, isView: true);
        int answer = isEnrolled.Allocate();
        isEnrolled.EmitTo(answer, RegisterType.Bool, Opcode.HasState, immediate: seats);
        isEnrolled.Emit(Opcode.ReturnValue, answer);
        module.Export("isEnrolled", module.Function(isEnrolled));

        module.Export("count", module.Function(Count(module, seats)));
        module.Export("loop", module.Function(Loop(module)));
        int recurse = module.Reserve([], RegisterType.None, isView: false);
        FunctionBuilder recursion = new(module, [], RegisterType.None, isView: false);
        recursion.Emit(Opcode.Call, immediate: recurse);
        recursion.Emit(Opcode.Return);
        module.Fill(recurse, recursion);
        module.Export("recurse", recurse);
        return Built(module);
    }

    /// <summary>Counts the keys in a loop, and fails when they do not ascend.</summary>
    private static FunctionBuilder Count(ModuleBuilder module, int seats)
    {
        FunctionBuilder code = new(module, [], RegisterType.Long, isView: true);
        int total = code.Allocate();
        int one = code.Allocate();
        int key = code.Allocate();
        int found = code.Allocate();
        Label loop = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        code.EmitTo(total, RegisterType.Long, Opcode.LoadNumber);
        code.EmitTo(one, RegisterType.Long, Opcode.LoadNumber, immediate: 1);
        code.EmitTo(key, RegisterType.Entity, Opcode.FirstKey, c: found, immediate: seats);
        code.SetType(found, RegisterType.Bool);
        code.PlaceLoop(loop);
        code.Jump(Opcode.JumpUnless, end, found);
        code.EmitTo(total, RegisterType.Long, Opcode.Add, total, one);
        code.EmitTo(key, RegisterType.Entity, Opcode.NextKey, key, found, seats);
        code.Jump(Opcode.Jump, loop);
        code.Place(end);
        code.Emit(Opcode.ReturnValue, total);
        return code;
    }

    private static FunctionBuilder Loop(ModuleBuilder module)
    {
        FunctionBuilder code = new(module, [], RegisterType.None, isView: false);
        Label loop = FunctionBuilder.NewLabel();
        code.PlaceLoop(loop);
        code.Jump(Opcode.Jump, loop);
        return code;
    }

    private static Module Caller()
    {
        var module = new ModuleBuilder(ModuleKind.Contract, default);
        int import = module.Import("enrol", [RegisterType.Entity], RegisterType.None);
        FunctionBuilder code = new(module, [RegisterType.Entity, RegisterType.Entity], RegisterType.None, isView: false);
        code.Emit(Opcode.CallContract, 1, 0, 0, import);
        code.Emit(Opcode.Return);
        module.Export("enrolThere", module.Function(code));

        FunctionBuilder again = new(module, [RegisterType.Entity], RegisterType.None, isView: false);
        again.Emit(Opcode.CallContract, immediate: module.Import("again", [RegisterType.Entity], RegisterType.None));
        again.Emit(Opcode.Return);
        module.Export("again", module.Function(again));
        return Built(module);
    }

    private static Module Built(ModuleBuilder builder)
    {
        Assert.That(builder.TryBuild(out Module? module, out ModuleError? error), Is.True, error?.ToString());
        return module!;
    }

    /// <summary>Has one contract, and a heavy value in every variable without a key that must not be read.</summary>
    private sealed class UnreadableHost(Module module) : IContractHost
    {
        public Module Find(EntityUid contract) => module;

        public int? WeightOf(ContractSlot slot) => slot.Key is null ? ModuleLimits.KeptWeight : null;

        public CedarValue Read(ContractSlot slot) => throw new InvalidOperationException("The value was read.");

        public CedarValue NextKey(EntityUid contract, string field, CedarValue? after) =>
            throw new InvalidOperationException("The key was read.");
    }
}
