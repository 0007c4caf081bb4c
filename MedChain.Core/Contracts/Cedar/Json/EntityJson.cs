using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads entity stores and contexts from Cedar's JSON form. No bytes make it throw.</summary>
internal static class EntityJson
{
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Room for the levels around a value and for the escapes in it.</summary>
    private const int MaxJsonDepth = (2 * CedarValue.MaxDepth) + 8;

    /// <summary>Reads a store. With a schema, entities are checked against it, and its actions are added.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8, CedarSchema? schema, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? reason,
        EntityStore? known = null)
    {
        store = null;
        var reader = new ValueJson(schema);
        var builder = new EntityStoreBuilder(known);
        reason = Parse(utf8, root => ReadAll(root, schema, reader, builder)) ?? reader.Reason;
        if (reason is not null)
        {
            return false;
        }

        foreach (ActionDeclaration action in schema?.Actions.Values ?? [])
        {
            builder.AddIfAbsent(action.Uid, action.Parents);
        }

        return builder.TryBuild(out store, out reason);
    }

    /// <summary>Reads a context. With a schema, it has the type that the action's declaration gives it.</summary>
    public static bool TryReadContext(
        ReadOnlyMemory<byte> utf8, CedarSchema? schema, EntityUid action, [NotNullWhen(true)] out RecordValue? context,
        [NotNullWhen(false)] out string? reason)
    {
        context = null;
        RecordValue? found = null;
        if (schema is not null && !schema.Actions.ContainsKey(action))
        {
            reason = $"The schema has no action {action}; declare it.";
            return false;
        }

        var reader = new ValueJson(schema);
        reason = Parse(utf8, root => found = reader.ReadRecord(root, schema?.Actions[action].Context, "context")) ?? reader.Reason;
        if (reason is null && found!.Depth > CedarValue.MaxDepth)
        {
            reason = $"The context is nested deeper than {CedarValue.MaxDepth}; make it flatter.";
        }

        context = reason is null ? found : null;
        return reason is null;
    }

    private static string? Parse(ReadOnlyMemory<byte> utf8, Action<JsonElement> read)
    {
        if (utf8.Length > MaxBytes)
        {
            return $"The JSON has {utf8.Length} bytes; the limit is {MaxBytes}. Pass fewer entities.";
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(utf8, options);
            read(document.RootElement);
            return null;
        }
        catch (JsonException e)
        {
            return $"The JSON cannot be read: {e.Message}";
        }
        catch (InvalidOperationException)
        {
            return "The JSON has a text with half a surrogate pair; write well-formed text.";
        }
    }

    private static void ReadAll(JsonElement root, CedarSchema? schema, ValueJson reader, EntityStoreBuilder builder)
    {
        if (root.ValueKind != JsonValueKind.Array)
        {
            reader.Fail("entities", "a JSON array of entities is needed");
            return;
        }

        int index = 0;
        foreach (JsonElement json in root.EnumerateArray())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"entities[{index}]");
            if (index == EntityStore.MaxEntities || !ReadOne(json, schema, reader, builder, path))
            {
                // Only the first reason is kept, so this one is for a full store.
                reader.Fail("entities", $"more than {EntityStore.MaxEntities} entities; pass only those that the request can reach");
                return;
            }

            index++;
        }
    }

    private static bool ReadOne(JsonElement json, CedarSchema? schema, ValueJson reader, EntityStoreBuilder builder, string path)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("uid", out JsonElement uidJson)
            || !json.TryGetProperty("attrs", out JsonElement attributesJson)
            || !json.TryGetProperty("parents", out JsonElement parentsJson))
        {
            reader.Fail(path, "an entity is an object with \"uid\", \"attrs\" and \"parents\"");
            return false;
        }

        if (reader.ReadUid(uidJson, $"{path}.uid") is not { } uid || !reader.CheckEnumerated(uid, $"{path}.uid"))
        {
            return false;
        }

        EntityTypeDeclaration? type = null;
        if (schema is not null && !schema.EntityTypes.TryGetValue(uid.Type, out type) && !schema.Actions.ContainsKey(uid))
        {
            reader.Fail(path, $"the schema declares neither the type nor the action of {Quoting.Shorten(uid.ToString())}");
            return false;
        }

        SchemaType.RecordOf? shape = schema is null ? null : type?.Attributes ?? SchemaType.RecordOf.Empty;
        RecordValue? tags = RecordValue.Empty;
        if (reader.ReadRecord(attributesJson, shape, $"{path}.attrs") is not { } attributes
            || (json.TryGetProperty("tags", out JsonElement tagsJson)
                && (tags = ReadTags(tagsJson, schema, type, reader, $"{path}.tags")) is null)
            || ReadParents(parentsJson, type, reader, $"{path}.parents") is not { } parents)
        {
            return false;
        }

        if (schema?.Actions.GetValueOrDefault(uid) is { } action && !reader.IsAsDeclared(action, parents))
        {
            reader.Fail(path, $"the schema declares other parents of the action {Quoting.Shorten(uid.ToString())}; leave the action out");
            return false;
        }

        builder.Add(uid, attributes, parents, tags);
        return true;
    }

    private static RecordValue? ReadTags(JsonElement json, CedarSchema? schema, EntityTypeDeclaration? type, ValueJson reader, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            reader.Fail(path, "tags are a JSON object");
            return null;
        }

        var tags = new List<KeyValuePair<string, CedarValue>>();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (schema is not null && type?.Tags is null)
            {
                reader.Fail(path, "the schema gives this type no tags; remove them or declare them");
                return null;
            }

            if (reader.Read(property.Value, type?.Tags, $"{path}.{Quoting.Shorten(property.Name)}") is not { } value)
            {
                return null;
            }

            tags.Add(KeyValuePair.Create(property.Name, value));
        }

        return new RecordValue(tags);
    }

    private static List<EntityUid>? ReadParents(JsonElement list, EntityTypeDeclaration? type, ValueJson reader, string path)
    {
        var parents = new List<EntityUid>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            reader.Fail(path, "parents are a JSON array");
            return null;
        }

        foreach (JsonElement item in list.EnumerateArray())
        {
            if (reader.ReadUid(item, path) is not { } parent || !reader.CheckEnumerated(parent, path))
            {
                return null;
            }

            if (type is not null && !reader.CanBeBelow(type.Name, parent.Type))
            {
                reader.Fail(path, $"the schema does not let a {type.Name} be in a {parent.Type}");
                return null;
            }

            parents.Add(parent);
        }

        return parents;
    }
}
