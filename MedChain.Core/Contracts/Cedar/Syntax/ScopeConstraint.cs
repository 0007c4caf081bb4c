using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Syntax;

internal enum ScopeRelation
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>This entity.</summary>
    Equal,

    /// <summary>This entity or one below it; for actions, one of several.</summary>
    In,
}

/// <summary>What a policy's scope says about the principal, the action or the resource.</summary>
/// <param name="Relation">How the entities are compared.</param>
/// <param name="Entities">One entity for <see cref="ScopeRelation.Equal"/>; for <see cref="ScopeRelation.In"/> one, or any number in an
/// action list; none while a slot is open.</param>
/// <param name="Type">The type of an <c>is</c>, or <see langword="null"/>.</param>
/// <param name="HasSlot">Whether the entity is the slot of a template.</param>
/// <param name="IsList">Whether the entities were written as a list.</param>
internal sealed record ScopeConstraint(
    ScopeRelation Relation, ImmutableArray<EntityUid> Entities, string? Type, bool HasSlot, bool IsList)
{
    public static readonly ScopeConstraint Unconstrained = new(ScopeRelation.Any, [], null, false, false);
}
