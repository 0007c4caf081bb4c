using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Says whether requests and entities are what a schema declares. Validated policies rely on it.</summary>
internal sealed class SchemaConformance(CedarSchema schema)
{
    private readonly SchemaHierarchy _hierarchy = new(schema);

    public string? ProblemOf(AuthorizationRequest request)
    {
        if (!schema.Actions.TryGetValue(request.Action, out ActionDeclaration? action))
        {
            return $"The schema has no action {Quoting.Shorten(request.Action.ToString())}."
                + Suggestions.For(request.Action.Id, schema.Actions.Keys.Select(uid => uid.Id));
        }

        return ProblemOf("principal", request.Principal, action.Principals, action)
            ?? ProblemOf("resource", request.Resource, action.Resources, action)
            ?? ProblemOf(request.Context, action.Context, "context");
    }

    public string? ProblemOf(EntityUid uid, StoredEntity entity)
    {
        if (schema.Actions.TryGetValue(uid, out ActionDeclaration? action))
        {
            bool declared = entity.Attributes.Count == 0 && entity.Tags.Count == 0
                && entity.Ancestors.All(above => _hierarchy.IsActionIn(action.Uid, above));
            return declared ? null : $"The action {uid} has attributes, tags or parents that the schema does not declare; leave them out.";
        }

        if (!schema.EntityTypes.TryGetValue(uid.Type, out EntityTypeDeclaration? type))
        {
            return $"The schema has no entity type {Quoting.Shorten(uid.Type)}." + Suggestions.For(uid.Type, schema.EntityTypes.Keys);
        }

        if (ProblemOf(uid) is { } unknown)
        {
            return unknown;
        }

        EntityUid? stranger = entity.Ancestors
            .Where(above => !_hierarchy.CanBeBelow(type.Name, above.Type))
            .Order(Comparer<EntityUid>.Create(EntityUid.Compare)).FirstOrDefault();
        if (stranger is not null)
        {
            return $"The schema does not let a {type.Name} be in a {stranger.Type}; {uid} is in {Quoting.Shorten(stranger.ToString())}.";
        }

        return entity.Ancestors.Select(ProblemOf).FirstOrDefault(text => text is not null)
            ?? ProblemOf(entity.Attributes, type.Attributes, uid.ToString())
            ?? TagsProblem(uid, entity.Tags, type);
    }

    private string? TagsProblem(EntityUid uid, RecordValue tags, EntityTypeDeclaration type)
    {
        if (tags.Count > 0 && type.Tags is null)
        {
            return $"The schema gives {type.Name} no tags; {uid} has some.";
        }

        return tags.Names.Select(name => ProblemOf(tags[name]!, type.Tags!, $"tag \"{Quoting.Shorten(name)}\" of {uid}"))
            .FirstOrDefault(text => text is not null);
    }

    private string? ProblemOf(string what, EntityUid uid, ImmutableHashSet<string> allowed, ActionDeclaration action)
    {
        if (allowed.Contains(uid.Type))
        {
            return ProblemOf(uid);
        }

        string types = allowed.Count == 0 ? "none" : string.Join(", ", allowed.Order(StringComparer.Ordinal));
        return $"{action.Uid} does not apply to a {what} of type {Quoting.Shorten(uid.Type)}; the schema has {types}.";
    }

    /// <summary>Whether an entity of an enumerated type is a listed one.</summary>
    private string? ProblemOf(EntityUid uid) =>
        schema.EntityTypes.TryGetValue(uid.Type, out EntityTypeDeclaration? type) && !type.Ids.IsDefault && !type.Ids.Contains(uid.Id)
            ? $"The type {uid.Type} has no entity \"{Quoting.Shorten(uid.Id)}\"." + Suggestions.For(uid.Id, type.Ids)
            : null;

    private string? ProblemOf(CedarValue value, SchemaType type, string path)
    {
        switch (value, type)
        {
            case (BooleanValue, SchemaType.Boolean):
            case (LongValue, SchemaType.Long):
            case (StringValue, SchemaType.Text):
                return null;
            case (EntityValue entity, SchemaType.EntityOf expected) when entity.Uid.Type == expected.Type:
                return ProblemOf(entity.Uid) is { } unknown ? $"{path}: {unknown}" : null;
            case (SetValue set, SchemaType.SetOf expected):
                string Place(int i) => string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                return set.Elements.Select((element, i) => ProblemOf(element, expected.Element, Place(i)))
                    .FirstOrDefault(text => text is not null);
            case (RecordValue record, SchemaType.RecordOf expected):
                return RecordProblem(record, expected, path);
            case (_, SchemaType.Extension expected) when value.TypeName == expected.Name:
                return null;
            default:
                string found = value is EntityValue other ? other.Uid.Type : value.TypeName;
                return $"{path} is a {Quoting.Shorten(found)}; the schema declares a {type.Name}.";
        }
    }

    private string? RecordProblem(RecordValue record, SchemaType.RecordOf expected, string path)
    {
        foreach (string name in record.Names)
        {
            string inner = $"{path}.{Quoting.Shorten(name)}";
            if (!expected.Attributes.TryGetValue(name, out AttributeType? attribute))
            {
                return $"{inner} is not declared in the schema." + Suggestions.For(name, expected.Attributes.Keys);
            }

            if (ProblemOf(record[name]!, attribute.Type, inner) is { } problem)
            {
                return problem;
            }
        }

        string? missing = expected.Attributes.FirstOrDefault(pair => pair.Value.IsRequired && record[pair.Key] is null).Key;
        return missing is null ? null : $"{path}.{Quoting.Shorten(missing)} is missing; the schema requires it.";
    }
}
