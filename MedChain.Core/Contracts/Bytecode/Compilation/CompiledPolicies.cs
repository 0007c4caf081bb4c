using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>A policy and its module.</summary>
internal sealed record CompiledPolicy(Policy Policy, Module Module);

/// <summary>The modules of a set, arranged by kind of request. Immutable.</summary>
internal sealed class CompiledPolicies
{
    private readonly Dictionary<(string Principal, EntityUid Action, string Resource), CompiledEnvironment> _environments = [];

    /// <param name="policies">The policies, without templates.</param>
    /// <param name="environments">All kinds of requests that the schema allows.</param>
    public CompiledPolicies(ImmutableArray<CompiledPolicy> policies, IEnumerable<RequestEnvironment> environments)
    {
        Policies = policies;
        Dictionary<(string, EntityUid, string), List<PolicyStep>> steps = environments.ToDictionary(
            environment => (environment.Principal, environment.Action.Uid, environment.Resource), _ => new List<PolicyStep>());
        for (int i = 0; i < policies.Length; i++)
        {
            ModuleContent content = policies[i].Module.Content;
            foreach (PolicyEntry entry in content.Entries)
            {
                (string, EntityUid, string) key = (
                    content.Constants[entry.Principal].Text, content.Constants[entry.Action].Uid!, content.Constants[entry.Resource].Text);
                steps[key].Add(new PolicyStep(i, policies[i].Policy, policies[i].Module, entry.Function));
            }
        }

        foreach (((string, EntityUid, string) key, List<PolicyStep> list) in steps)
        {
            _environments.Add(key, new CompiledEnvironment([.. list]));
        }

        MaxGas = policies.Sum(policy => MaxGasOf(policy.Module));
    }

    /// <summary>Gets the policies in the order of the set.</summary>
    public ImmutableArray<CompiledPolicy> Policies { get; }

    /// <summary>Gets the most gas that a decision can use.</summary>
    public long MaxGas { get; }

    /// <summary>The most gas that a policy's module can use for one request.</summary>
    public static long MaxGasOf(Module module)
    {
        long most = 0;
        foreach (PolicyEntry entry in module.Content.Entries)
        {
            most = entry.Function == PolicyEntry.NotApplicable ? most : Math.Max(most, module.Functions[entry.Function].MaxGas ?? 0);
        }

        return most;
    }

    /// <summary>What there is for a request's kind; <see langword="null"/> when the schema does not know
    /// it.</summary>
    public CompiledEnvironment? Find(AuthorizationRequest request) =>
        _environments.GetValueOrDefault((request.Principal.Type, request.Action, request.Resource.Type));
}

/// <summary>One policy in a kind of request.</summary>
/// <param name="Place">Its place among the compiled policies.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Module">Its module.</param>
/// <param name="Function">The function, or <see cref="PolicyEntry.NotApplicable"/>.</param>
internal readonly record struct PolicyStep(int Place, Policy Policy, Module Module, int Function);
