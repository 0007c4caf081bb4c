using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Writes schemas in Cedar's JSON form, with all names followed and what each name is said.</summary>
internal sealed class SchemaJsonWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CedarSchema _schema;
    private readonly SharedRecords _records;
    private readonly Utf8JsonWriter _output;

    private SchemaJsonWriter(CedarSchema schema, Utf8JsonWriter output)
    {
        _schema = schema;
        _records = new SharedRecords(schema);
        _output = output;
    }

    public static string Write(CedarSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var output = new Utf8JsonWriter(buffer, Options))
        {
            new SchemaJsonWriter(schema, output).WriteAll();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteAll()
    {
        IEnumerable<string> declared = _schema.EntityTypes.Keys.Concat(_schema.Actions.Keys.Select(uid => uid.Type));
        string[] shared = _records.ByName.Any() ? [""] : [];
        _output.WriteStartObject();
        foreach (string space in declared.Select(SharedRecords.NamespaceOf).Concat(shared)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            WriteNamespace(space);
        }

        _output.WriteEndObject();
    }

    private void WriteNamespace(string space)
    {
        _output.WriteStartObject(space);
        if (space.Length == 0 && _records.ByName.Any())
        {
            _output.WriteStartObject("commonTypes");
            foreach ((string name, SchemaType.RecordOf record) in _records.ByName)
            {
                _output.WritePropertyName(name);
                WriteRecord(record);
            }

            _output.WriteEndObject();
        }

        _output.WriteStartObject("entityTypes");
        foreach (EntityTypeDeclaration entity in _schema.EntityTypes.Values.Where(e => SharedRecords.NamespaceOf(e.Name) == space))
        {
            WriteEntity(entity);
        }

        _output.WriteEndObject();
        _output.WriteStartObject("actions");
        foreach (ActionDeclaration action in SharedRecords.SortedActions(_schema)
            .Where(action => SharedRecords.NamespaceOf(action.Uid.Type) == space))
        {
            WriteAction(action);
        }

        _output.WriteEndObject();
        _output.WriteEndObject();
    }

    private void WriteEntity(EntityTypeDeclaration entity)
    {
        _output.WriteStartObject(SharedRecords.BaseName(entity.Name));
        if (!entity.Ids.IsDefault)
        {
            WriteTexts("enum", entity.Ids);
            _output.WriteEndObject();
            return;
        }

        if (!entity.Parents.IsEmpty)
        {
            WriteTexts("memberOfTypes", entity.Parents.Order(StringComparer.Ordinal));
        }

        if (!entity.Attributes.Attributes.IsEmpty)
        {
            _output.WritePropertyName("shape");
            WriteRecord(entity.Attributes);
        }

        if (entity.Tags is not null)
        {
            _output.WritePropertyName("tags");
            WriteType(entity.Tags);
        }

        _output.WriteEndObject();
    }

    private void WriteAction(ActionDeclaration action)
    {
        _output.WriteStartObject(action.Uid.Id);
        if (!action.Parents.IsEmpty)
        {
            _output.WriteStartArray("memberOf");
            foreach (EntityUid parent in action.Parents)
            {
                _output.WriteStartObject();
                _output.WriteString("type", parent.Type);
                _output.WriteString("id", parent.Id);
                _output.WriteEndObject();
            }

            _output.WriteEndArray();
        }

        _output.WriteStartObject("appliesTo");
        WriteTexts("principalTypes", action.Principals.Order(StringComparer.Ordinal));
        WriteTexts("resourceTypes", action.Resources.Order(StringComparer.Ordinal));
        _output.WritePropertyName("context");
        WriteType(action.Context);
        _output.WriteEndObject();
        _output.WriteEndObject();
    }

    private void WriteType(SchemaType type, bool isRequired = true)
    {
        _output.WriteStartObject();
        switch (type)
        {
            case SchemaType.SetOf set:
                _output.WriteString("type", "Set");
                _output.WritePropertyName("element");
                WriteType(set.Element);
                break;
            case SchemaType.RecordOf record when _records.NameOf(record) is { } name:
                _output.WriteString("type", name);
                break;
            case SchemaType.RecordOf record:
                WriteAttributes(record);
                break;
            case SchemaType.EntityOf entity:
                _output.WriteString("type", "Entity");
                _output.WriteString("name", entity.Type);
                break;
            case SchemaType.Extension:
                _output.WriteString("type", "Extension");
                _output.WriteString("name", type.Name);
                break;
            default:
                _output.WriteString("type", type is SchemaType.Boolean ? "Boolean" : type.Name);
                break;
        }

        if (!isRequired)
        {
            _output.WriteBoolean("required", false);
        }

        _output.WriteEndObject();
    }

    private void WriteRecord(SchemaType.RecordOf record)
    {
        _output.WriteStartObject();
        WriteAttributes(record);
        _output.WriteEndObject();
    }

    private void WriteAttributes(SchemaType.RecordOf record)
    {
        _output.WriteString("type", "Record");
        _output.WriteStartObject("attributes");
        foreach ((string name, AttributeType attribute) in record.Attributes)
        {
            _output.WritePropertyName(name);
            WriteType(attribute.Type, attribute.IsRequired);
        }

        _output.WriteEndObject();
    }

    private void WriteTexts(string name, IEnumerable<string> texts)
    {
        _output.WriteStartArray(name);
        foreach (string text in texts)
        {
            _output.WriteStringValue(text);
        }

        _output.WriteEndArray();
    }
}
