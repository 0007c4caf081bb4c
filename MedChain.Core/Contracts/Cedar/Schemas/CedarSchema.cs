using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>What entities, actions and contexts look like, with all names full and followed.</summary>
internal sealed class CedarSchema(
    ImmutableSortedDictionary<string, EntityTypeDeclaration> entityTypes, ImmutableDictionary<EntityUid, ActionDeclaration> actions)
{
    public ImmutableSortedDictionary<string, EntityTypeDeclaration> EntityTypes { get; } = entityTypes;

    public ImmutableDictionary<EntityUid, ActionDeclaration> Actions { get; } = actions;

    /// <summary>Reads a schema in Cedar's own syntax. Any text may be passed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CedarSchema? schema, [NotNullWhen(false)] out PolicyError? error)
    {
        schema = SchemaParser.Parse(text, out error) is { } declarations ? new SchemaResolver(declarations).Resolve(out error) : null;
        return schema is not null;
    }

    /// <summary>Reads a schema in Cedar's JSON form. Any bytes may be passed; errors have no place in the text, they name it.</summary>
    public static bool TryParseJson(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out CedarSchema? schema, [NotNullWhen(false)] out PolicyError? error)
    {
        schema = SchemaJson.Parse(utf8, out error) is { } declarations ? new SchemaResolver(declarations).Resolve(out error) : null;
        return schema is not null;
    }
}

/// <summary>An entity type.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Parents">Full names of the types that its entities may be in.</param>
/// <param name="Attributes">The attributes.</param>
/// <param name="Tags">The type of its tags, or <see langword="null"/> for no tags.</param>
/// <param name="Ids">The only entities of an enumerated type; <see langword="default"/> for other types.</param>
internal sealed record EntityTypeDeclaration(
    string Name, ImmutableHashSet<string> Parents, SchemaType.RecordOf Attributes, SchemaType? Tags, ImmutableArray<string> Ids);

/// <summary>An action.</summary>
/// <param name="Uid">Its full name.</param>
/// <param name="Parents">The actions that it is directly in.</param>
/// <param name="Principals">Full names of the types of principals that it applies to.</param>
/// <param name="Resources">Full names of the types of resources that it applies to.</param>
/// <param name="Context">The type of the context.</param>
internal sealed record ActionDeclaration(
    EntityUid Uid, ImmutableArray<EntityUid> Parents, ImmutableHashSet<string> Principals, ImmutableHashSet<string> Resources,
    SchemaType.RecordOf Context);
