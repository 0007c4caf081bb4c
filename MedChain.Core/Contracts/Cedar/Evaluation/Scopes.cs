using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Says whether a request is in the scope of a policy. That cannot fail.</summary>
internal static class Scopes
{
    public static bool Hold(PolicyBody policy, AuthorizationRequest request, EntityStore entities) =>
        Holds(policy.Principal, request.Principal, entities) && Holds(policy.Action, request.Action, entities)
        && Holds(policy.Resource, request.Resource, entities);

    private static bool Holds(ScopeConstraint scope, EntityUid uid, EntityStore entities)
    {
        if (scope.Type is not null && scope.Type != uid.Type)
        {
            return false;
        }

        switch (scope.Relation)
        {
            case ScopeRelation.Any:
                return true;
            case ScopeRelation.Equal:
                return uid.Equals(scope.Entities[0]);
            default:
                foreach (EntityUid container in scope.Entities)
                {
                    if (entities.IsIn(uid, container))
                    {
                        return true;
                    }
                }

                return false;
        }
    }
}
