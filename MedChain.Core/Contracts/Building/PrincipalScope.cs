using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>What a policy's scope says about who asks.</summary>
public sealed class PrincipalScope
{
    private readonly PolicyBuilder _policy;

    internal PrincipalScope(PolicyBuilder policy) => _policy = policy;

    /// <summary>Exactly this one.</summary>
    /// <param name="principal">The entity.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder Is(EntityUid principal) => Set(ScopeRelation.Equal, principal);

    /// <summary>Everybody in a group.</summary>
    /// <param name="group">The group's entity.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder In(EntityUid group) => Set(ScopeRelation.In, group);

    /// <summary>Everybody with a role.</summary>
    /// <param name="role">The role's name.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder InRole(string role) => In(new EntityUid("Role", role));

    /// <summary>Everybody of an organization.</summary>
    /// <param name="organization">The organization's name.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder InOrganization(string organization) => In(new EntityUid("Organization", organization));

    /// <summary>Everybody of a type, such as Clinician.</summary>
    /// <param name="type">The entity type.</param>
    /// <returns>The policy's builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="type"/> is no type name.</exception>
    public PolicyBuilder OfType(string type) =>
        _policy.WithPrincipal(ScopeConstraint.Unconstrained with { Type = new EntityUid(type, "").Type });

    private PolicyBuilder Set(ScopeRelation relation, EntityUid uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        return _policy.WithPrincipal(new ScopeConstraint(relation, [uid], null, HasSlot: false, IsList: false));
    }
}
