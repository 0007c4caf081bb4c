using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>A <c>when</c> or an <c>unless</c> clause.</summary>
internal sealed record Condition(bool IsUnless, Expression Body);

/// <summary>A policy or a template as parsed.</summary>
internal sealed record PolicyBody(
    PolicyEffect Effect,
    ImmutableSortedDictionary<string, string> Annotations,
    ScopeConstraint Principal,
    ScopeConstraint Action,
    ScopeConstraint Resource,
    ImmutableArray<Condition> Conditions,
    TextPosition Position,
    string Text)
{
    public bool IsTemplate => Principal.HasSlot || Resource.HasSlot;
}
