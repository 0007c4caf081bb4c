using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Says what a policy's scope says as conditions. An open slot may be filled with anything that fits, so it says
/// nothing.</summary>
internal static class ScopeExpressions
{
    /// <summary>The conditions, and <c>true</c> at the end, so that there is one.</summary>
    public static ImmutableArray<Expression> Of(PolicyBody policy) =>
    [
        .. Of(policy.Principal, RequestVariable.Principal, policy.Position),
        .. Of(policy.Action, RequestVariable.Action, policy.Position),
        .. Of(policy.Resource, RequestVariable.Resource, policy.Position),
        new Expression.Literal(policy.Position, BooleanValue.True),
    ];

    /// <summary>The whole policy as one condition: the scope, and all clauses.</summary>
    public static Expression.And WholeOf(PolicyBody policy) => new(
    [
        .. Of(policy),
        .. policy.Conditions.Select(clause => clause.IsUnless ? new Expression.Not(clause.Body.Position, clause.Body) : clause.Body),
    ]);

    private static IEnumerable<Expression> Of(ScopeConstraint scope, RequestVariable name, TextPosition position)
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
