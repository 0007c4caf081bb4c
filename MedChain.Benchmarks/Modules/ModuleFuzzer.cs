using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Benchmarks.Modules;

/// <summary>Verifies mutated modules, and executes those that pass: no exception, no more gas than is declared or given, the same
/// outcome twice, and the same when no two instructions are executed in one step.</summary>
internal sealed class ModuleFuzzer
{
    private const long ContractGas = 60_000;

    private readonly List<Module> _seeds;
    private readonly Random _random;
    private readonly ModuleMutator _mutator;
    private readonly Machine _machine = new();
    private readonly AuthorizationRequest[] _requests;
    private readonly EntityStore[] _stores = [OpcodePrograms.Store, EntityStore.Empty];
    private readonly MemoryContractHost _host = OpcodePrograms.NewHost();

    public ModuleFuzzer(int seed)
    {
        _random = new Random(seed);
        _mutator = new ModuleMutator(_random);
        _seeds =
        [
            .. PolicyPrograms.All(),
            .. OpcodeTable.All.Select(rule => rule.Opcode).Where(OpcodePrograms.CanRepeat).Select(opcode => OpcodePrograms.Of(opcode, 2)),
        ];
        AuthorizationRequest request = OpcodePrograms.Request;
        _requests =
        [
            request,
            new AuthorizationRequest(request.Resource, request.Action, request.Principal),
            new AuthorizationRequest(request.Principal, request.Action, request.Resource, new RecordValue(
            [
                new("cohort", new StringValue(new string('x', 20_000))),
                new("purpose", new SetValue(Enumerable.Range(0, 2_000).Select(i => new LongValue(i)))),
            ])),
        ];
    }

    public long Modules { get; private set; }

    public long Accepted { get; private set; }

    public long Executions { get; private set; }

    /// <summary>Makes, verifies and perhaps executes one module.</summary>
    /// <exception cref="InvalidOperationException">Something that must hold does not; the message has the module.</exception>
    public void Step()
    {
        byte[] bytes = _mutator.Mutate(_seeds[_random.Next(_seeds.Count)]);
        Modules++;
        try
        {
            if (!Module.TryVerify(bytes, out Module? module, out ModuleError? error))
            {
                Require(error.Fault != ModuleFault.None, "a refusal has a number");
                return;
            }

            Accepted++;
            Require(module.Bytes.AsSpan().SequenceEqual(bytes), "an accepted module is what was given");
            Execute(module);
        }
        catch (Exception e) when (e is not InvalidOperationException)
        {
            throw new InvalidOperationException($"{e.GetType().Name}: {e.Message} Module: {Convert.ToHexString(bytes)}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message} Module: {Convert.ToHexString(bytes)}", e);
        }
    }

    private void Execute(Module module)
    {
        AuthorizationRequest request = _requests[_random.Next(_requests.Length)];
        EntityStore store = _stores[_random.Next(_stores.Length)];
        if (module.Content.Kind == ModuleKind.Contract)
        {
            foreach (ExportedFunction export in module.Content.Exports)
            {
                Call(module, module.Constants[export.Name].Text, request, store);
            }

            return;
        }

        foreach (PolicyEntry entry in module.Content.Entries)
        {
            if (entry.Function != PolicyEntry.NotApplicable)
            {
                Ask(module, entry.Function, request, store);
            }
        }
    }

    private void Ask(Module module, int function, AuthorizationRequest request, EntityStore store)
    {
        long most = Math.Min(module.Functions[function].MaxGas!.Value, 1_000_000);
        bool isBounded = most == module.Functions[function].MaxGas;
        (Trap Trap, bool Answer, long Gas, string) first = Once(module);
        Require(first == Once(module), "the same module says the same twice");
        Require(first == Once(StepByStep(module)), "two instructions in one step do what they do apart");
        Require(first.Gas <= most, "gas stays within what is declared");
        Require(!isBounded || first.Trap != Trap.OutOfGas, "the declared gas suffices");
        Require(most <= CompiledPolicies.MaxGasOf(module), "a function's gas is within the module's");

        (Trap, bool, long, string) Once(Module asked)
        {
            Executions++;
            _machine.Begin(request.Bind(store), most, ModuleLimits.PolicyArena);
            Trap trap = _machine.Ask(asked, function, out bool answer);
            long gas = _machine.GasUsed;
            string message = trap == Trap.None ? "" : FaultMessages.Of(_machine, trap);
            _machine.End();
            return (trap, answer, gas, message);
        }
    }

    private void Call(Module module, string function, AuthorizationRequest request, EntityStore store)
    {
        _host.Contracts[OpcodePrograms.Self] = module;
        var call = new ContractCall(OpcodePrograms.Self, function, [], request, store, ContractGas, IsView: false);
        var overlay = new StateOverlay(_host);
        ContractOutcome first = _machine.Execute(call, _host, overlay);
        ContractOutcome second = _machine.Execute(call, _host, new StateOverlay(_host));
        _host.Contracts[OpcodePrograms.Self] = StepByStep(module);
        ContractOutcome apart = _machine.Execute(call, _host, new StateOverlay(_host));
        Executions += 3;
        Require((first.Trap, first.GasUsed) == (second.Trap, second.GasUsed), "the same contract does the same twice");
        Require(
            (first.Trap, first.GasUsed, first.Message) == (apart.Trap, apart.GasUsed, apart.Message),
            "two instructions in one step do what they do apart");
        Require(first.GasUsed is >= 0 and <= ContractGas, "gas stays within what is given");
        Require(first.Effects.Length <= ModuleLimits.Effects, "effects stay within their limit");
        Require(first.Trap == Trap.None || overlay.WriteSet.Count == 0, "a failure leaves nothing behind");
    }

    private static Module StepByStep(Module module) => new(
        module.Content, [.. module.Bytes], [.. module.Functions.ToArray().Select(function => function with { Steps = function.Code })]);

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"It does not hold that {what}.");
        }
    }
}
