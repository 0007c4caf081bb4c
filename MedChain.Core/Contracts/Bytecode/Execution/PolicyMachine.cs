using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Decides requests by bytecode. Each thread keeps one, so that a decision allocates nothing once the thread has decided a few;
/// only decisions with errors, or with several reasons other than the last, make lists.</summary>
internal sealed class PolicyMachine
{
    [ThreadStatic]
    private static PolicyMachine? _own;

    private readonly Machine _machine = new();
    private Policy[] _permits = new Policy[8];
    private Policy[] _forbids = new Policy[8];
    private int _permitCount;
    private int _forbidCount;
    private bool _isInUse;
    private ulong[] _selected = new ulong[4];
    private ImmutableArray<PolicyFault>.Builder? _faults;
    private ImmutableArray<string> _lastReasons = [];

    /// <summary>Gets whether gas ran out in the last decision.</summary>
    public bool RanOutOfGas { get; private set; }

    /// <summary>Takes the thread's machine, or a new one while that is in use. Give it back with <see cref="Return"/>.</summary>
    public static PolicyMachine Rent()
    {
        PolicyMachine machine = _own ??= new PolicyMachine();
        machine = machine._isInUse ? new PolicyMachine() : machine;
        machine._isInUse = true;
        return machine;
    }

    public void Return() => _isInUse = false;

    /// <summary>Decides, unless the request or the entities do not fit the schema, so that the reference evaluator must.</summary>
    public Decision Decide(
        CompiledPolicies policies, AuthorizationRequest request, EntityStore entities, long maxGas, out bool decided)
    {
        RequestBinding binding = request.Bind(entities);
        if (binding.EnvironmentOf(policies) is not { } environment || !binding.HasShortNames)
        {
            decided = false;
            return default;
        }

        RanOutOfGas = false;
        _permitCount = 0;
        _forbidCount = 0;
        _faults = null;
        _machine.Begin(binding, maxGas, ModuleLimits.PolicyArena);
        decided = environment.IsSmall ? AskAll(environment, binding) : AskSelected(environment, binding);
        long gas = _machine.GasUsed;
        _machine.End();
        ImmutableArray<string> reasons = _forbidCount > 0 ? ReasonsOf(_forbids, _forbidCount) : ReasonsOf(_permits, _permitCount);
        return new Decision(_forbidCount == 0 && _permitCount > 0, reasons, TakeFaults()) { Gas = gas };
    }

    private ImmutableArray<PolicyFault> TakeFaults() => _faults is null ? [] : DrainFaults(_faults);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImmutableArray<PolicyFault> DrainFaults(ImmutableArray<PolicyFault>.Builder faults) => faults.DrainToImmutable();

    private bool AskAll(CompiledEnvironment environment, RequestBinding binding)
    {
        foreach (ref readonly PolicyStep step in environment.Steps)
        {
            if (!Ask(step, binding))
            {
                return false;
            }
        }

        return true;
    }

    private bool AskSelected(CompiledEnvironment environment, RequestBinding binding)
    {
        if (_selected.Length < environment.Words)
        {
            _selected = new ulong[environment.Words];
        }

        Span<ulong> selected = _selected.AsSpan(0, environment.Words);
        environment.Select(binding, selected);
        for (int i = CompiledEnvironment.Next(selected, 0); i >= 0; i = CompiledEnvironment.Next(selected, i + 1))
        {
            if (!Ask(environment.Steps[i], binding))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Asks one policy; <see langword="false"/> when the request does not fit the schema.</summary>
    private bool Ask(in PolicyStep step, RequestBinding binding)
    {
        if (step.Function == PolicyEntry.NotApplicable)
        {
            // By the schema's hierarchy nobody of this type is in the scope. Entities that do not keep to it may still be.
            return !Scopes.Hold(step.Policy.Body, binding.Request, binding.Entities);
        }

        Trap trap = _machine.Ask(step.Module, step.Function, out bool satisfied);
        if (trap == Trap.None)
        {
            if (satisfied)
            {
                if (step.Policy.Effect == PolicyEffect.Permit)
                {
                    Add(ref _permits, ref _permitCount, step.Policy);
                }
                else
                {
                    Add(ref _forbids, ref _forbidCount, step.Policy);
                }
            }

            return true;
        }

        if (trap is Trap.Mismatch or Trap.ArenaFull or Trap.TooDeep)
        {
            return false;
        }

        RanOutOfGas |= trap == Trap.OutOfGas;
        _faults ??= ImmutableArray.CreateBuilder<PolicyFault>();
        _faults.Add(new PolicyFault(step.Policy.Id, step.Policy.Effect, FaultMessages.Of(_machine, trap)));
        return true;
    }

    private static void Add(ref Policy[] policies, ref int count, Policy policy)
    {
        if (count == policies.Length)
        {
            Array.Resize(ref policies, 2 * count);
        }

        policies[count] = policy;
        count++;
    }

    private ImmutableArray<string> ReasonsOf(Policy[] policies, int count) => count switch
    {
        0 => [],
        1 => policies[0].Alone,
        _ => NamesOf(policies.AsSpan(0, count)),
    };

    private ImmutableArray<string> NamesOf(ReadOnlySpan<Policy> policies)
    {
        if (!IsLast(policies))
        {
            ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(policies.Length);
            foreach (Policy policy in policies)
            {
                names.Add(policy.Id);
            }

            _lastReasons = names.MoveToImmutable();
        }

        return _lastReasons;
    }

    private bool IsLast(ReadOnlySpan<Policy> policies)
    {
        if (_lastReasons.Length != policies.Length)
        {
            return false;
        }

        for (int i = 0; i < policies.Length; i++)
        {
            if (_lastReasons[i] != policies[i].Id)
            {
                return false;
            }
        }

        return true;
    }
}
