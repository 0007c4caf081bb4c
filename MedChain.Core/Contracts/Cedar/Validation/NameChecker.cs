using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Finds entity types, actions and enumerated entities that a schema does not have, also in code that is never reached.</summary>
internal sealed class NameChecker(CedarSchema schema)
{
    private IEnumerable<string> Types => schema.EntityTypes.Keys;

    public PolicyError? FirstUnknown(PolicyBody policy)
    {
        foreach (ScopeConstraint scope in new[] { policy.Principal, policy.Action, policy.Resource })
        {
            string? message = scope.Type is null ? null : AboutType(scope.Type);
            foreach (EntityUid uid in scope.Entities)
            {
                message ??= About(uid);
            }

            if (message is not null)
            {
                return policy.Position.Error(message);
            }
        }

        return policy.Conditions.Select(condition => FirstUnknown(condition.Body)).FirstOrDefault(error => error is not null);
    }

    public PolicyError? FirstUnknown(Expression expression)
    {
        string? message = expression switch
        {
            Expression.Literal { Value: EntityValue entity } => About(entity.Uid),
            Expression.Is test => AboutType(test.Type),
            _ => null,
        };
        return message is not null
            ? expression.Position.Error(message)
            : expression.Parts.Select(FirstUnknown).FirstOrDefault(error => error is not null);
    }

    private string? About(EntityUid uid)
    {
        if (schema.Actions.ContainsKey(uid))
        {
            return null;
        }

        if (!schema.EntityTypes.TryGetValue(uid.Type, out EntityTypeDeclaration? type))
        {
            return schema.Actions.Keys.Any(action => action.Type == uid.Type)
                ? $"The schema has no action {Quoting.Shorten(uid.ToString())}."
                    + Suggestions.For(uid.Id, schema.Actions.Keys.Where(action => action.Type == uid.Type).Select(action => action.Id))
                : $"The schema has no entity type {Quoting.Shorten(uid.Type)}.{Suggestions.For(uid.Type, Types)}";
        }

        return type.Ids.IsDefault || type.Ids.Contains(uid.Id)
            ? null
            : $"The type {uid.Type} has no entity \"{Quoting.Shorten(uid.Id)}\"; use one that the schema lists."
                + Suggestions.For(uid.Id, type.Ids);
    }

    private string? AboutType(string type) =>
        schema.EntityTypes.ContainsKey(type) || schema.Actions.Keys.Any(action => action.Type == type)
            ? null
            : $"The schema has no entity type {Quoting.Shorten(type)}.{Suggestions.For(type, Types)}";
}
