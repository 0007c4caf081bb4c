using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>A type as written.</summary>
internal abstract record TypeSyntax(TextPosition Position)
{
    internal sealed record Name(TextPosition Position, string Path) : TypeSyntax(Position);

    /// <summary>A name that can only be an entity type; the JSON form can say so.</summary>
    internal sealed record Entity(TextPosition Position, string Path) : TypeSyntax(Position);

    internal sealed record SetOf(TextPosition Position, TypeSyntax Element) : TypeSyntax(Position);

    internal sealed record RecordOf(TextPosition Position, ImmutableArray<AttributeSyntax> Attributes) : TypeSyntax(Position);
}

/// <summary>An attribute as written.</summary>
internal sealed record AttributeSyntax(string Name, bool IsRequired, TypeSyntax Type);

/// <summary>An action as a parent of another; without a type it is in the same namespace.</summary>
internal sealed record ActionReference(TextPosition Position, string? Type, string Id);

/// <summary>A declaration as written; the namespace is empty outside all of them.</summary>
internal abstract record DeclarationSyntax(TextPosition Position, string Namespace)
{
    internal sealed record EntityTypes(
        TextPosition Position, string Namespace, ImmutableArray<string> Names, ImmutableArray<TypeSyntax.Name> Parents,
        TypeSyntax? Attributes, TypeSyntax? Tags, ImmutableArray<string> Ids) : DeclarationSyntax(Position, Namespace);

    internal sealed record Actions(
        TextPosition Position, string Namespace, ImmutableArray<string> Names, ImmutableArray<ActionReference> Parents,
        ImmutableArray<TypeSyntax.Name> Principals, ImmutableArray<TypeSyntax.Name> Resources, TypeSyntax? Context)
        : DeclarationSyntax(Position, Namespace);

    internal sealed record CommonType(TextPosition Position, string Namespace, string Name, TypeSyntax Type)
        : DeclarationSyntax(Position, Namespace);
}
