using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Combines the policies of a set: default deny, forbid wins, a policy that fails counts as not there.</summary>
internal static class Authorizer
{
    public static Decision Decide(ImmutableArray<Policy> policies, AuthorizationRequest request, EntityStore entities, int maxSteps)
    {
        ImmutableArray<string>.Builder? permits = null;
        ImmutableArray<string>.Builder? forbids = null;
        ImmutableArray<PolicyFault>.Builder? faults = null;
        var evaluator = new Evaluator(request, entities, maxSteps);
        foreach (Policy policy in policies)
        {
            if (policy.IsTemplate)
            {
                continue;
            }

            if (evaluator.IsSatisfied(policy.Body) is not { } satisfied)
            {
                faults ??= ImmutableArray.CreateBuilder<PolicyFault>();
                faults.Add(new PolicyFault(policy.Id, policy.Effect, evaluator.TakeFailure()));
            }
            else if (satisfied && policy.Effect == PolicyEffect.Permit)
            {
                (permits ??= ImmutableArray.CreateBuilder<string>()).Add(policy.Id);
            }
            else if (satisfied)
            {
                (forbids ??= ImmutableArray.CreateBuilder<string>()).Add(policy.Id);
            }
        }

        ImmutableArray<PolicyFault> errors = faults?.DrainToImmutable() ?? [];
        return forbids is not null
            ? new Decision(false, forbids.DrainToImmutable(), errors)
            : new Decision(permits is not null, permits?.DrainToImmutable() ?? [], errors);
    }
}
