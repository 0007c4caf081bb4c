using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Explains a decision. Deterministic; the work is linear in the policies' text and bounded by the steps of a decision.</summary>
internal sealed class Explainer(AuthorizationRequest request, EntityStore entities, int maxSteps)
{
    private readonly ConditionReader _reader = new(request, entities, maxSteps);

    public DecisionExplanation Explain(ImmutableArray<Policy> policies, Decision decision)
    {
        ImmutableArray<Policy> deciding = [.. policies.Where(policy => !policy.IsTemplate)];
        bool? Outcome(Policy policy) => new Evaluator(request, entities, maxSteps).IsSatisfied(policy.Body);
        ImmutableArray<PolicyFinding> findings =
        [
            .. deciding.Select(policy => new PolicyFinding(policy.Id, policy.Effect, Outcome(policy), Conditions(policy))),
        ];
        (Policy Policy, bool? Satisfied)[] all = [.. deciding.Zip(findings, (policy, finding) => (policy, finding.Satisfied))];
        List<Repair> repairs = decision.Releasable ? Closing(all) : Opening(all);
        int fewest = repairs.Count == 0 ? 0 : repairs.Min(repair => repair.Changes.Count);
        return new DecisionExplanation(
            decision,
            findings,
            [
                .. repairs.Where(repair => repair.Changes.Count == fewest && fewest > 0)
                    .Take(DecisionExplanation.MaxAlternatives)
                    .Select(repair => new DecisionChange([.. repair.Changes])),
            ]);
    }

    /// <summary>What would make a denied request allowed: one permit satisfied, and every forbid that is satisfied or fails not
    /// so.</summary>
    private List<Repair> Opening((Policy Policy, bool? Satisfied)[] all)
    {
        var forbids = new Repair([]);
        foreach ((Policy policy, _) in all.Where(item => item.Policy.Effect == PolicyEffect.Forbid && item.Satisfied != false))
        {
            forbids = forbids.With(new ConditionRepairs(_reader, policy.Id).For(ScopeExpressions.WholeOf(policy.Body), wanted: false));
        }

        if (all.Any(item => item.Policy.Effect == PolicyEffect.Permit && item.Satisfied == true))
        {
            return [forbids];
        }

        return
        [
            .. all.Where(item => item.Policy.Effect == PolicyEffect.Permit)
                .Select(item => new ConditionRepairs(_reader, item.Policy.Id)
                    .For(ScopeExpressions.WholeOf(item.Policy.Body), wanted: true).With(forbids)),
        ];
    }

    /// <summary>What would make an allowed request denied: one forbid satisfied, or no permit.</summary>
    private List<Repair> Closing((Policy Policy, bool? Satisfied)[] all)
    {
        var permits = new Repair([]);
        foreach ((Policy policy, _) in all.Where(item => item.Policy.Effect == PolicyEffect.Permit && item.Satisfied == true))
        {
            permits = permits.With(new ConditionRepairs(_reader, policy.Id).For(ScopeExpressions.WholeOf(policy.Body), wanted: false));
        }

        return
        [
            .. all.Where(item => item.Policy.Effect == PolicyEffect.Forbid)
                .Select(item => new ConditionRepairs(_reader, item.Policy.Id)
                    .For(ScopeExpressions.WholeOf(item.Policy.Body), wanted: true)),
            permits,
        ];
    }

    private ImmutableArray<ConditionFinding> Conditions(Policy policy) =>
    [
        .. Conjuncts(ScopeExpressions.WholeOf(policy.Body)).Where(SaysSomething).Select(condition => new ConditionFinding(
            ExpressionPrinter.Print(condition), PlainWords.For(condition), _reader.Test(condition, out string? failure),
            _reader.Seen(condition), failure)),
    ];

    private static bool SaysSomething(Expression condition) => condition is not Expression.Literal { Value: BooleanValue { Value: true } };

    private static IEnumerable<Expression> Conjuncts(Expression expression) =>
        expression is Expression.And and ? and.Operands.SelectMany(Conjuncts) : [expression];
}
