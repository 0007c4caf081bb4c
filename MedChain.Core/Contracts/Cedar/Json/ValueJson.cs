using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads values from Cedar's JSON form. With a type from a schema, entities and extension values may be written plainly; without
/// one they need their escapes. Answers <see langword="null"/> after the first mistake and keeps it.</summary>
internal sealed class ValueJson(CedarSchema? schema)
{
    private const string EntityEscape = "__entity";
    private const string ExtensionEscape = "__extn";
    private const string ExpressionEscape = "__expr";

    private readonly SchemaHierarchy? _hierarchy = schema is null ? null : new SchemaHierarchy(schema);

    public string? Reason { get; private set; }

    /// <summary>Whether the schema lets an entity of one type be in one of another, directly or not.</summary>
    public bool CanBeBelow(string type, string container) => _hierarchy?.CanBeBelow(type, container) != false;

    /// <summary>Whether an action given as an entity is in what the schema says, directly or not, and in nothing else.</summary>
    public bool IsAsDeclared(ActionDeclaration action, List<EntityUid> parents) =>
        parents.TrueForAll(parent => !parent.Equals(action.Uid) && _hierarchy!.IsActionIn(action.Uid, parent))
        && action.Parents.All(declared => parents.Exists(parent => _hierarchy!.IsActionIn(parent, declared)));

    public CedarValue? Fail(string path, string what)
    {
        Reason ??= $"{path}: {what}";
        return null;
    }

    /// <summary>Reads a value.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="expected">The type it must have, or <see langword="null"/> for any.</param>
    /// <param name="path">Where the value is, for messages.</param>
    public CedarValue? Read(JsonElement json, SchemaType? expected, string path) => expected switch
    {
        null => ReadPlain(json, path),
        SchemaType.EntityOf entity => ReadUid(json, path) is { } uid ? CheckEntity(uid, entity, path) : null,
        SchemaType.Extension extension => ReadExtension(json, extension.Constructor, path),
        SchemaType.SetOf set => json.ValueKind == JsonValueKind.Array
            ? ReadSet(json, set.Element, path)
            : FailType("a JSON array", json, path),
        SchemaType.RecordOf record => ReadRecord(json, record, path),
        _ => ReadPrimitive(json, expected, path),
    };

    /// <summary>Reads the attributes of a record; a type, if given, says which there may and must be.</summary>
    public RecordValue? ReadRecord(JsonElement json, SchemaType.RecordOf? expected, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            FailType("a JSON object", json, path);
            return null;
        }

        var attributes = new List<KeyValuePair<string, CedarValue>>();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            AttributeType? type = null;
            if (expected is not null && !expected.Attributes.TryGetValue(property.Name, out type))
            {
                Fail(path, $"the schema has no attribute \"{Quoting.Shorten(property.Name)}\" here; remove it or declare it");
                return null;
            }

            if (Read(property.Value, type?.Type, $"{path}.{Quoting.Shorten(property.Name)}") is not { } value)
            {
                return null;
            }

            attributes.Add(KeyValuePair.Create(property.Name, value));
        }

        foreach ((string name, AttributeType type) in (expected ?? SchemaType.RecordOf.Empty).Attributes)
        {
            if (type.IsRequired && !attributes.Exists(attribute => attribute.Key == name))
            {
                Fail(path, $"the attribute \"{Quoting.Shorten(name)}\" is missing; the schema requires it");
                return null;
            }
        }

        return new RecordValue(attributes);
    }

    /// <summary>Reads an entity's name, with or without its escape.</summary>
    public EntityUid? ReadUid(JsonElement json, string path)
    {
        if (TryGetEscape(json, EntityEscape, out JsonElement inner))
        {
            json = inner;
        }

        if (json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 2
            && json.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
            && json.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String)
        {
            if (EntityUid.TryCreate(type.GetString(), id.GetString(), out EntityUid? uid))
            {
                return uid;
            }

            Fail(path, $"\"{Quoting.Shorten(type.GetString()!)}\" is no entity type; write identifiers joined by '::'");
            return null;
        }

        Fail(path, "an entity is written as an object with the texts \"type\" and \"id\"");
        return null;
    }

    private CedarValue? ReadPlain(JsonElement json, string path)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True:
            case JsonValueKind.False:
                return BooleanValue.Of(json.GetBoolean());
            case JsonValueKind.Number:
                return json.TryGetInt64(out long number)
                    ? new LongValue(number)
                    : Fail(path, "numbers are integers of 64 bits; use decimal for others");
            case JsonValueKind.String:
                return new StringValue(json.GetString()!);
            case JsonValueKind.Array:
                return ReadSet(json, null, path);
            case JsonValueKind.Object when TryGetEscape(json, EntityEscape, out _):
                return ReadUid(json, path) is { } uid ? new EntityValue(uid) : null;
            case JsonValueKind.Object when TryGetEscape(json, ExtensionEscape, out JsonElement call):
                return ReadCall(call, path);
            case JsonValueKind.Object when TryGetEscape(json, ExpressionEscape, out _):
                return Fail(path, "__expr is no longer part of Cedar; write __entity or __extn");
            case JsonValueKind.Object:
                return ReadRecord(json, null, path);
            default:
                return Fail(path, "Cedar has no null; leave the attribute out");
        }
    }

    private CedarValue? ReadPrimitive(JsonElement json, SchemaType expected, string path)
    {
        bool fits = expected switch
        {
            SchemaType.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False,
            SchemaType.Long => json.ValueKind == JsonValueKind.Number,
            _ => json.ValueKind == JsonValueKind.String,
        };
        return fits ? ReadPlain(json, path) : FailType($"a {expected.Name}", json, path);
    }

    private SetValue? ReadSet(JsonElement json, SchemaType? element, string path)
    {
        var values = new List<CedarValue>();
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (Read(item, element, string.Create(CultureInfo.InvariantCulture, $"{path}[{values.Count}]")) is not { } value)
            {
                return null;
            }

            values.Add(value);
        }

        return new SetValue(values);
    }

    private EntityValue? CheckEntity(EntityUid uid, SchemaType.EntityOf expected, string path)
    {
        if (uid.Type != expected.Type)
        {
            Fail(path, $"an entity of type {expected.Type} is needed here, not {uid.Type}");
            return null;
        }

        return CheckEnumerated(uid, path) ? new EntityValue(uid) : null;
    }

    /// <summary>Says whether an entity of an enumerated type is one of those that the schema lists.</summary>
    public bool CheckEnumerated(EntityUid uid, string path)
    {
        if (schema?.EntityTypes.GetValueOrDefault(uid.Type) is { Ids.IsDefault: false } type && !type.Ids.Contains(uid.Id))
        {
            Fail(path, $"the type {uid.Type} has no entity \"{Quoting.Shorten(uid.Id)}\"; use one that the schema lists");
            return false;
        }

        return true;
    }

    private CedarValue? ReadExtension(JsonElement json, string constructor, string path)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return Call(constructor, [new StringValue(json.GetString()!)], path);
        }

        JsonElement call = TryGetEscape(json, ExtensionEscape, out JsonElement inner) ? inner : json;
        CedarValue? value = ReadCall(call, path);
        string type = constructor == "ip" ? "ipaddr" : constructor;
        return value is null || value.TypeName == type ? value : Fail(path, $"a {type} is needed here, not a {value.TypeName}");
    }

    /// <summary>Reads <c>{"fn": ..., "arg": ...}</c>, or <c>args</c> with an array.</summary>
    private CedarValue? ReadCall(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() != 2 || !json.TryGetProperty("fn", out JsonElement name)
            || name.ValueKind != JsonValueKind.String)
        {
            return Fail(path, "an extension value is written as an object with \"fn\" and \"arg\"");
        }

        var arguments = new List<CedarValue>();
        bool isList = json.TryGetProperty("args", out JsonElement list) && list.ValueKind == JsonValueKind.Array;
        if (!isList && !json.TryGetProperty("arg", out list))
        {
            return Fail(path, "an extension value needs \"arg\", or \"args\" with an array");
        }

        foreach (JsonElement argument in isList ? list.EnumerateArray().ToArray() : [list])
        {
            if (ReadPlain(argument, path) is not { } value)
            {
                return null;
            }

            arguments.Add(value);
        }

        return Call(name.GetString()!, arguments, path);
    }

    private CedarValue? Call(string name, List<CedarValue> arguments, string path)
    {
        if (!ExtensionFunctions.ByName.TryGetValue(name, out ExtensionFunction? function) || function.Arity != arguments.Count)
        {
            return Fail(path, $"there is no function \"{Quoting.Shorten(name)}\" of {arguments.Count} arguments");
        }

        ExtensionResult result = function.Apply([.. arguments]);
        return result.Value ?? Fail(path, result.Failure!);
    }

    private static bool TryGetEscape(JsonElement json, string escape, out JsonElement inner)
    {
        inner = default;
        return json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 1 && json.TryGetProperty(escape, out inner);
    }

    private CedarValue? FailType(string expected, JsonElement found, string path) =>
        Fail(path, $"{expected} is needed here, not a JSON {found.ValueKind}");
}
