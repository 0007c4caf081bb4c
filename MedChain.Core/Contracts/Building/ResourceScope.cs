using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>What a policy's scope says about the data.</summary>
public sealed class ResourceScope
{
    private readonly PolicyBuilder _policy;

    internal ResourceScope(PolicyBuilder policy) => _policy = policy;

    /// <summary>Exactly this record.</summary>
    /// <param name="record">The entity.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder Is(EntityUid record) => Set(ScopeRelation.Equal, record);

    /// <summary>Every record of a category, or of one below it.</summary>
    /// <param name="category">The category's name.</param>
    /// <returns>The policy's builder.</returns>
    public PolicyBuilder InCategory(string category) => Set(ScopeRelation.In, new EntityUid("Category", category));

    private PolicyBuilder Set(ScopeRelation relation, EntityUid uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        return _policy.WithResource(new ScopeConstraint(relation, [uid], null, HasSlot: false, IsList: false));
    }
}
