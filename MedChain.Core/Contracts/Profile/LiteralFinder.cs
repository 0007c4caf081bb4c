using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Profile;

/// <summary>Finds the entities that a policy names.</summary>
internal static class LiteralFinder
{
    /// <summary>All entities in the conditions of a policy with their places, in the order of the text. Those of the scope are principals,
    /// actions and resources only.</summary>
    public static IEnumerable<(EntityUid Uid, TextPosition Position)> InConditions(PolicyBody policy) =>
        policy.Conditions.SelectMany(condition => In(condition.Body));

    private static IEnumerable<(EntityUid Uid, TextPosition Position)> In(Expression expression) =>
        expression is Expression.Literal { Value: EntityValue entity }
            ? [(entity.Uid, expression.Position)]
            : expression.Parts.SelectMany(In);
}
