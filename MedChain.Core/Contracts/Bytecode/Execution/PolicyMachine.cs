using System.Collections.Immutable;
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
    private readonly List<Policy> _permits = [];
    private readonly List<Policy> _forbids = [];
    private ulong[] _selected = new ulong[4];
    private ImmutableArray<PolicyFault>.Builder? _faults;
    private ImmutableArray<string> _lastReasons = [];

    /// <summary>Gets whether gas ran out in the last decision.</summary>
    public bool RanOutOfGas { get; private set; }

    /// <summary>Takes the thread's machine. Give it back with <see cref="Return"/>.</summary>
    public static PolicyMachine Rent()
    {
        PolicyMachine machine = _own ?? new PolicyMachine();
        _own = null;
        return machine;
    }

    public static void Return(PolicyMachine machine) => _own = machine;

    /// <summary>Decides; <see langword="null"/> when the request or the entities do not fit the schema, so that the reference evaluator
    /// must decide.</summary>
    public Decision? Decide(CompiledPolicies policies, AuthorizationRequest request, EntityStore entities, long maxGas)
    {
        RequestBinding binding = request.Bind(entities);
        if (binding.EnvironmentOf(policies) is not { } environment || !HasShortNames(request))
        {
            return null;
        }

        RanOutOfGas = false;
        _permits.Clear();
        _forbids.Clear();
        _faults = null;
        _machine.Begin(request, entities, maxGas, ModuleLimits.PolicyArena);
        bool fits = environment.IsSmall ? AskAll(environment, request, entities) : AskSelected(environment, request, binding, entities);
        long gas = _machine.GasUsed;
        _machine.End();
        if (!fits)
        {
            return null;
        }

        ImmutableArray<PolicyFault> errors = _faults?.DrainToImmutable() ?? [];
        List<Policy> deciding = _forbids.Count > 0 ? _forbids : _permits;
        return new Decision(_forbids.Count == 0 && _permits.Count > 0, ReasonsOf(deciding), errors) { Gas = gas };
    }

    private static bool HasShortNames(AuthorizationRequest request) =>
        request.Principal.Id.Length <= ModuleLimits.EntityIdLength && request.Resource.Id.Length <= ModuleLimits.EntityIdLength
        && request.Action.Id.Length <= ModuleLimits.EntityIdLength;

    private bool AskAll(CompiledEnvironment environment, AuthorizationRequest request, EntityStore entities)
    {
        foreach (ref readonly PolicyStep step in environment.Steps)
        {
            if (!Ask(step, request, entities))
            {
                return false;
            }
        }

        return true;
    }

    private bool AskSelected(CompiledEnvironment environment, AuthorizationRequest request, RequestBinding binding, EntityStore entities)
    {
        if (_selected.Length < environment.Words)
        {
            _selected = new ulong[environment.Words];
        }

        Span<ulong> selected = _selected.AsSpan(0, environment.Words);
        environment.Select(request, binding, selected);
        for (int i = CompiledEnvironment.Next(selected, 0); i >= 0; i = CompiledEnvironment.Next(selected, i + 1))
        {
            if (!Ask(environment.Steps[i], request, entities))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Asks one policy; <see langword="false"/> when the request does not fit the schema.</summary>
    private bool Ask(in PolicyStep step, AuthorizationRequest request, EntityStore entities)
    {
        if (step.Function == PolicyEntry.NotApplicable)
        {
            // By the schema's hierarchy nobody of this type is in the scope. Entities that do not keep to it may still be.
            return !Scopes.Hold(step.Policy.Body, request, entities);
        }

        Trap trap = _machine.Ask(step.Module, step.Function, out bool satisfied);
        if (trap == Trap.None)
        {
            if (satisfied)
            {
                (step.Policy.Effect == PolicyEffect.Permit ? _permits : _forbids).Add(step.Policy);
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

    private ImmutableArray<string> ReasonsOf(List<Policy> policies)
    {
        switch (policies.Count)
        {
            case 0:
                return [];
            case 1:
                return policies[0].Alone;
            default:
                return IsLast(policies) ? _lastReasons : _lastReasons = [.. policies.Select(policy => policy.Id)];
        }
    }

    private bool IsLast(List<Policy> policies)
    {
        if (_lastReasons.Length != policies.Count)
        {
            return false;
        }

        for (int i = 0; i < policies.Count; i++)
        {
            if (_lastReasons[i] != policies[i].Id)
            {
                return false;
            }
        }

        return true;
    }
}
