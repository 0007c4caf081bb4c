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
        ImmutableArray<Expression> scope = ScopeOf(policy);
        if (checker.Check(new Expression.And(scope), []) is not { Type: not SchemaType.Boolean { Known: false } })
        {
            return null;
        }

        checker.Check(WholeOf(policy, scope), []);
        return types;
    }

    private PolicyError? Check(PolicyBody policy)
    {
        if (new NameChecker(_schema).FirstUnknown(policy) is { } unknown)
        {
            return unknown;
        }

        ImmutableArray<Expression> scope = ScopeOf(policy);
        Expression.And whole = WholeOf(policy, scope);
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

    private static Expression.And WholeOf(PolicyBody policy, ImmutableArray<Expression> scope) => new(
    [
        .. scope,
        .. policy.Conditions.Select(clause => clause.IsUnless ? new Expression.Not(clause.Body.Position, clause.Body) : clause.Body),
    ]);

    /// <summary>The scope as conditions. An open slot may be filled with anything that fits.</summary>
    private static ImmutableArray<Expression> ScopeOf(PolicyBody policy) =>
    [
        .. Conditions(policy.Principal, RequestVariable.Principal, policy.Position),
        .. Conditions(policy.Action, RequestVariable.Action, policy.Position),
        .. Conditions(policy.Resource, RequestVariable.Resource, policy.Position),
        new Expression.Literal(policy.Position, BooleanValue.True),
    ];

    private static IEnumerable<Expression> Conditions(ScopeConstraint scope, RequestVariable name, TextPosition position)
    {
        var variable = new Expression.Variable(position, name);
        if (scope.Type is not null)
        {
            yield return new Expression.Is(variable, scope.Type, null);
        }

        if (scope.Relation == ScopeRelation.Any || scope.HasSlot)
        {
            yield break;
        }

        ImmutableArray<Expression> entities = [.. scope.Entities.Select(uid => new Expression.Literal(position, new EntityValue(uid)))];
        if (entities.IsEmpty)
        {
            yield return new Expression.Literal(position, BooleanValue.False);
        }
        else if (scope.IsList)
        {
            yield return new Expression.Or(
                [.. entities.Select(entity => new Expression.Binary(BinaryOperator.In, variable, entity))]);
        }
        else
        {
            BinaryOperator relation = scope.Relation == ScopeRelation.Equal ? BinaryOperator.Equal : BinaryOperator.In;
            yield return new Expression.Binary(relation, variable, entities[0]);
        }
    }
}
