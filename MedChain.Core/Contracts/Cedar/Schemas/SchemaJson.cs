using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Reads schemas in Cedar's JSON form into the same declarations that <see cref="SchemaParser"/> makes. Keeps the first
/// error.</summary>
internal sealed class SchemaJson
{
    private static readonly TextPosition Start = new(1, 1);

    private readonly List<DeclarationSyntax> _declarations = [];
    private int _nesting;

    private SchemaJson()
    {
    }

    private PolicyError? Error { get; set; }

    public static List<DeclarationSyntax>? Parse(ReadOnlyMemory<byte> utf8, out PolicyError? error)
    {
        var reader = new SchemaJson();
        if (utf8.Length > SchemaParser.MaxTextLength)
        {
            reader.Fail("schema", $"the JSON has more than {SchemaParser.MaxTextLength} bytes; shorten it");
        }
        else
        {
            reader.ReadDocument(utf8);
        }

        error = reader.Error;
        return error is null ? reader._declarations : null;
    }

    private void ReadDocument(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = (3 * SchemaTypeParser.MaxNesting) + 8, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(utf8, options);
            foreach (JsonProperty space in Properties(document.RootElement, "schema"))
            {
                if (space.Name.Length > 0 && !Identifiers.IsPath(space.Name))
                {
                    Fail("schema", $"\"{Quoting.Shorten(space.Name)}\" is no namespace; write identifiers joined by '::', or nothing");
                }

                ReadNamespace(space.Name, space.Value);
            }
        }
        catch (JsonException e)
        {
            Fail("schema", $"the JSON cannot be read: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            Fail("schema", "a text has half a surrogate pair; write well-formed text");
        }
    }

    private void ReadNamespace(string space, JsonElement json)
    {
        Allow(json, $"namespace \"{space}\"", "commonTypes", "entityTypes", "actions", "annotations");
        foreach (JsonProperty type in Properties(Optional(json, "commonTypes"), $"{space}.commonTypes"))
        {
            string path = $"{space}.commonTypes.{Quoting.Shorten(type.Name)}";
            if (CheckName(type.Name, path) && ReadType(type.Value, path) is { } syntax)
            {
                _declarations.Add(new DeclarationSyntax.CommonType(Start, space, type.Name, syntax));
            }
        }

        foreach (JsonProperty type in Properties(Optional(json, "entityTypes"), $"{space}.entityTypes"))
        {
            ReadEntityType(space, type, $"{space}.entityTypes.{Quoting.Shorten(type.Name)}");
        }

        foreach (JsonProperty action in Properties(Optional(json, "actions"), $"{space}.actions"))
        {
            ReadAction(space, action, $"{space}.actions.{Quoting.Shorten(action.Name)}");
        }

        if (Optional(json, "entityTypes") is null || Optional(json, "actions") is null)
        {
            Fail($"namespace \"{space}\"", "\"entityTypes\" and \"actions\" are needed, if only as {}");
        }
    }

    private void ReadEntityType(string space, JsonProperty type, string path)
    {
        if (!CheckName(type.Name, path))
        {
            return;
        }

        Allow(type.Value, path, "memberOfTypes", "shape", "tags", "enum", "annotations");
        ImmutableArray<string> ids = default;
        if (Optional(type.Value, "enum") is { } choices)
        {
            Allow(type.Value, path, "enum", "annotations");
            ids = Texts(choices, $"{path}.enum");
            if (ids.IsEmpty)
            {
                Fail(path, "an enumerated type lists at least one entity");
            }
        }

        TypeSyntax? shape = Optional(type.Value, "shape") is { } shapeJson ? ReadType(shapeJson, $"{path}.shape") : null;
        TypeSyntax? tags = Optional(type.Value, "tags") is { } tagsJson ? ReadType(tagsJson, $"{path}.tags") : null;
        _declarations.Add(new DeclarationSyntax.EntityTypes(
            Start, space, [type.Name], TypeNames(type.Value, "memberOfTypes", path), shape, tags, ids));
    }

    private void ReadAction(string space, JsonProperty action, string path)
    {
        ImmutableArray<ActionReference>.Builder parents = ImmutableArray.CreateBuilder<ActionReference>();
        foreach (JsonElement parent in Items(Optional(action.Value, "memberOf"), $"{path}.memberOf"))
        {
            string? type = Optional(parent, "type") is { } typeJson ? Text(typeJson, $"{path}.memberOf") : null;
            if (type is not null && !Identifiers.IsPath(type))
            {
                Fail(path, $"\"{Quoting.Shorten(type)}\" is no type of actions");
            }
            else if (Text(Optional(parent, "id"), $"{path}.memberOf") is { } id)
            {
                parents.Add(new ActionReference(Start, type, id));
            }
        }

        Allow(action.Value, path, "memberOf", "appliesTo", "annotations");
        JsonElement? applies = Optional(action.Value, "appliesTo");
        if (applies is { } target)
        {
            Allow(target, $"{path}.appliesTo", "principalTypes", "resourceTypes", "context");
            if (Optional(target, "principalTypes") is null || Optional(target, "resourceTypes") is null)
            {
                Fail(path, "\"appliesTo\" needs \"principalTypes\" and \"resourceTypes\"");
            }
        }

        TypeSyntax? context = Optional(applies, "context") is { } contextJson ? ReadType(contextJson, $"{path}.context") : null;
        _declarations.Add(new DeclarationSyntax.Actions(
            Start, space, [action.Name], parents.DrainToImmutable(), TypeNames(applies, "principalTypes", path),
            TypeNames(applies, "resourceTypes", path), context));
    }

    private TypeSyntax? ReadType(JsonElement json, string path)
    {
        if (_nesting == SchemaTypeParser.MaxNesting)
        {
            Fail(path, $"types are nested deeper than {SchemaTypeParser.MaxNesting}; make them flatter");
            return null;
        }

        Allow(json, path, "type", "element", "attributes", "additionalAttributes", "name", "required", "annotations");
        _nesting++;
        TypeSyntax? type = Text(Optional(json, "type"), $"{path}.type") switch
        {
            null => null,
            "Boolean" => BuiltIn("Bool"),
            "Long" or "String" => BuiltIn(json.GetProperty("type").GetString()!),
            "Set" => Optional(json, "element") is { } element && ReadType(element, $"{path}.element") is { } inner
                ? new TypeSyntax.SetOf(Start, inner)
                : Missing(path, "element"),
            "Record" => ReadRecord(json, path),
            "Extension" => ReadExtension(json, path),
            "Entity" => Name(json, path) is { } name ? new TypeSyntax.Entity(Start, name.Path) : null,
            "EntityOrCommon" => Name(json, path),
            { } common => CheckPath(common, path) ? new TypeSyntax.Name(Start, common) : null,
        };
        _nesting--;
        return type;
    }

    private TypeSyntax.Name? ReadExtension(JsonElement json, string path)
    {
        string? name = Text(Optional(json, "name"), $"{path}.name");
        if (name is not null and not ("decimal" or "ipaddr" or "datetime" or "duration"))
        {
            Fail(path, $"\"{Quoting.Shorten(name)}\" is no extension type; write decimal, ipaddr, datetime or duration");
        }

        return name is null ? null : BuiltIn(name);
    }

    private TypeSyntax.RecordOf ReadRecord(JsonElement json, string path)
    {
        if (Optional(json, "attributes") is null)
        {
            Missing(path, "attributes");
        }

        ImmutableArray<AttributeSyntax>.Builder attributes = ImmutableArray.CreateBuilder<AttributeSyntax>();
        foreach (JsonProperty attribute in Properties(Optional(json, "attributes"), $"{path}.attributes"))
        {
            if (ReadType(attribute.Value, $"{path}.{Quoting.Shorten(attribute.Name)}") is { } type)
            {
                JsonElement? required = Optional(attribute.Value, "required");
                if (required is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
                {
                    Fail($"{path}.{Quoting.Shorten(attribute.Name)}", "\"required\" is true or false");
                }

                bool isRequired = required is not { ValueKind: JsonValueKind.False };
                attributes.Add(new AttributeSyntax(attribute.Name, isRequired, type));
            }
        }

        if (Optional(json, "additionalAttributes") is { ValueKind: JsonValueKind.True })
        {
            Fail(path, "records with additional attributes are no part of Cedar; remove additionalAttributes");
        }

        return new TypeSyntax.RecordOf(Start, attributes.DrainToImmutable());
    }

    private static TypeSyntax.Name BuiltIn(string name) => new(Start, $"{Identifiers.ReservedNamespace}::{name}");

    private TypeSyntax.Name? Name(JsonElement json, string path) =>
        Text(Optional(json, "name"), $"{path}.name") is { } name && CheckPath(name, path) ? new TypeSyntax.Name(Start, name) : null;

    private TypeSyntax? Missing(string path, string property)
    {
        Fail(path, $"\"{property}\" is missing");
        return null;
    }

    private bool CheckName(string name, string path)
    {
        bool valid = Identifiers.IsUsable(name);
        if (!valid)
        {
            Fail(path, "this is no name of a type; write an identifier that is no reserved word");
        }

        return valid;
    }

    private bool CheckPath(string name, string path)
    {
        const string Reserved = Identifiers.ReservedNamespace + "::";
        bool valid = Identifiers.IsPath(name.StartsWith(Reserved, StringComparison.Ordinal) ? name.AsSpan(Reserved.Length) : name);
        if (!valid)
        {
            Fail(path, $"\"{Quoting.Shorten(name)}\" is no type; write identifiers joined by '::'");
        }

        return valid;
    }

    private ImmutableArray<TypeSyntax.Name> TypeNames(JsonElement? json, string property, string path) =>
    [
        .. Texts(Optional(json, property), $"{path}.{property}")
            .Where(name => CheckPath(name, path))
            .Select(name => new TypeSyntax.Name(Start, name)),
    ];

    private ImmutableArray<string> Texts(JsonElement? json, string path) =>
        [.. Items(json, path).Select(item => Text(item, path)).OfType<string>()];

    private string? Text(JsonElement? json, string path)
    {
        if (json is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString();
        }

        Fail(path, "a text is needed here");
        return null;
    }

    /// <summary>A property; one that is null counts as absent.</summary>
    private static JsonElement? Optional(JsonElement? json, string property) =>
        json is { ValueKind: JsonValueKind.Object } owner && owner.TryGetProperty(property, out JsonElement found)
            && found.ValueKind != JsonValueKind.Null
            ? found
            : null;

    /// <summary>Refuses properties that mean nothing: most are misspelt.</summary>
    private void Allow(JsonElement json, string path, params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty property in Properties(json, path))
        {
            if (!names.Contains(property.Name))
            {
                Fail(path, $"\"{Quoting.Shorten(property.Name)}\" means nothing here; write one of {string.Join(", ", names!)}");
            }
        }
    }

    private JsonProperty[] Properties(JsonElement? json, string path)
    {
        if (json is { ValueKind: not JsonValueKind.Object })
        {
            Fail(path, "a JSON object is needed here");
        }

        return json is { ValueKind: JsonValueKind.Object } found ? [.. found.EnumerateObject()] : [];
    }

    private JsonElement[] Items(JsonElement? json, string path)
    {
        if (json is { ValueKind: not JsonValueKind.Array })
        {
            Fail(path, "a JSON array is needed here");
        }

        return json is { ValueKind: JsonValueKind.Array } found ? [.. found.EnumerateArray()] : [];
    }

    private void Fail(string path, string what) => Error ??= Start.Error($"{path}: {what}.");
}
