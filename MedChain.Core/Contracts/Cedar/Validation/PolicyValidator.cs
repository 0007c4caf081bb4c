using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Cedar's strict validator: says whether policies fit a schema, so that a request that fits it too can fail only by overflow, by
/// an unknown entity, or in the few functions that can leave their range.</summary>
internal sealed class PolicyValidator
{
    private readonly CedarSchema _schema;
    private readonly SchemaHierarchy _hierarchy;
    private readonly ImmutableArray<RequestEnvironment> _environments;

    public PolicyValidator(CedarSchema schema)
    {
        _schema = schema;
        _hierarchy = new SchemaHierarchy(schema);
        _environments =
        [
            .. from action in schema.Actions.Values.OrderBy(action => action.Uid, Comparer<EntityUid>.Create(EntityUid.Compare))
               from principal in action.Principals.Order(StringComparer.Ordinal)
               from resource in action.Resources.Order(StringComparer.Ordinal)
               select new RequestEnvironment(action, principal, resource),
        ];
    }

    /// <summary>Checks a set; the result has the first error of each policy, and is empty when the set fits the schema.</summary>
    public ImmutableArray<PolicyError> Check(PolicySet policies) =>
        [.. policies.Policies.Select(policy => Check(policy.Body)).OfType<PolicyError>()];

    /// <summary>Gets the kinds of requests that the schema allows, in a fixed order.</summary>
    public ImmutableArray<RequestEnvironment> Environments => _environments;

    /// <summary>The types in the conditions of a policy that fits the schema, for one kind of request; <see langword="null"/> when the
    /// schema lets no such request satisfy the scope.</summary>
    public IReadOnlyDictionary<Expression, SchemaType>? TypesOf(PolicyBody policy, RequestEnvironment environment)
    {
        var types = new Dictionary<Expression, SchemaType>();
        var checker = new TypeChecker(_schema, _hierarchy, environment) { Types = types };
        ImmutableArray<Expression> scope = ScopeExpressions.Of(policy);
        if (checker.Check(new Expression.And(scope), []) is not { Type: not SchemaType.Boolean { Known: false } })
        {
            return null;
        }

        checker.Check(ScopeExpressions.WholeOf(policy), []);
        return types;
    }

    private PolicyError? Check(PolicyBody policy)
    {
        if (new NameChecker(_schema).FirstUnknown(policy) is { } unknown)
        {
            return unknown;
        }

        ImmutableArray<Expression> scope = ScopeExpressions.Of(policy);
        Expression.And whole = ScopeExpressions.WholeOf(policy);
        bool applies = false;
        foreach (RequestEnvironment environment in _environments)
        {
            var checker = new TypeChecker(_schema, _hierarchy, environment);
            if (checker.Check(new Expression.And(scope), []) is { Type: SchemaType.Boolean { Known: false } })
            {
                continue;
            }

            applies = true;
            checker.Check(whole, []);
            if (checker.Error is { } error)
            {
                string request = $"{environment.Action.Uid} by {environment.Principal} on {environment.Resource}";
                return error with { Message = $"{error.Message} (For {request}.)" };
            }
        }

        return applies
            ? null
            : policy.Position.Error(
                "No action of the schema applies to what the scope names; check the types of principal and resource.");
    }
}
