using System.Globalization;
using System.Text;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Writes schemas in Cedar's own syntax in one canonical form: namespaces, types and actions by name, all names followed. The text
/// reads back as the same schema; comments, annotations and the names of common types are not kept. An action that applies to no principal
/// or no resource never applies, so nothing is said of it.</summary>
internal sealed class SchemaPrinter
{
    private readonly CedarSchema _schema;
    private readonly SharedRecords _records;
    private readonly HashSet<string> _entityNames;
    private readonly StringBuilder _output = new();

    private SchemaPrinter(CedarSchema schema)
    {
        _schema = schema;
        _records = new SharedRecords(schema);
        _entityNames = [.. schema.EntityTypes.Keys.Select(SharedRecords.BaseName)];
    }

    public static string Print(CedarSchema schema)
    {
        var printer = new SchemaPrinter(schema);
        printer.AppendAll();
        return printer._output.ToString();
    }

    private void AppendAll()
    {
        foreach ((string name, SchemaType.RecordOf record) in _records.ByName)
        {
            AppendRecord(record, "", "", $"type {name} = ");
            _output.Append(";\n");
        }

        string[] spaces =
        [
            .. _schema.EntityTypes.Keys.Concat(_schema.Actions.Keys.Select(uid => uid.Type)).Select(SharedRecords.NamespaceOf)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        foreach (string space in spaces)
        {
            string indent = space.Length == 0 ? "" : "  ";
            _output.Append(space.Length == 0 ? "" : $"namespace {space} {{\n");
            foreach (EntityTypeDeclaration entity in _schema.EntityTypes.Values.Where(e => SharedRecords.NamespaceOf(e.Name) == space))
            {
                AppendEntity(entity, space, indent);
            }

            foreach (ActionDeclaration action in SharedRecords.SortedActions(_schema)
                .Where(action => SharedRecords.NamespaceOf(action.Uid.Type) == space))
            {
                AppendAction(action, space, indent);
            }

            _output.Append(space.Length == 0 ? "" : "}\n");
        }
    }

    private void AppendEntity(EntityTypeDeclaration entity, string space, string indent)
    {
        _output.Append(CultureInfo.InvariantCulture, $"{indent}entity {SharedRecords.BaseName(entity.Name)}");
        if (!entity.Ids.IsDefault)
        {
            _output.Append(CultureInfo.InvariantCulture, $" enum [{string.Join(", ", entity.Ids.Select(Quoting.Quote))}];\n");
            return;
        }

        _output.Append(entity.Parents.IsEmpty ? "" : $" in [{NamesOf(entity.Parents, space)}]");
        if (!entity.Attributes.Attributes.IsEmpty)
        {
            AppendRecord(entity.Attributes, space, indent, " ");
        }

        if (entity.Tags is not null)
        {
            AppendType(entity.Tags, space, indent, " tags ");
        }

        _output.Append(";\n");
    }

    private void AppendAction(ActionDeclaration action, string space, string indent)
    {
        _output.Append(CultureInfo.InvariantCulture, $"{indent}action {Quoting.Quote(action.Uid.Id)}");
        _output.Append(action.Parents.IsEmpty ? "" : $" in [{string.Join(", ", action.Parents)}]");
        if (!action.Principals.IsEmpty && !action.Resources.IsEmpty)
        {
            _output.Append(CultureInfo.InvariantCulture, $" appliesTo {{\n{indent}  principal: [{NamesOf(action.Principals, space)}],\n");
            _output.Append(CultureInfo.InvariantCulture, $"{indent}  resource: [{NamesOf(action.Resources, space)}],\n{indent}  ");
            AppendType(action.Context, space, $"{indent}  ", "context: ");
            _output.Append(CultureInfo.InvariantCulture, $"\n{indent}}}");
        }

        _output.Append(";\n");
    }

    private static string NamesOf(IEnumerable<string> types, string space) =>
        string.Join(", ", types.Select(type => NameOf(type, space)).Order(StringComparer.Ordinal));

    /// <summary>A type of the same namespace is named without it: within the namespace that name is looked up first.</summary>
    private static string NameOf(string type, string space) =>
        SharedRecords.NamespaceOf(type) == space ? SharedRecords.BaseName(type) : type;

    private void AppendType(SchemaType type, string space, string indent, string before = "")
    {
        _output.Append(before);
        switch (type)
        {
            case SchemaType.SetOf set:
                AppendType(set.Element, space, indent, "Set<");
                _output.Append('>');
                break;
            case SchemaType.RecordOf record when _records.NameOf(record) is { } name:
                _output.Append(name);
                break;
            case SchemaType.RecordOf record:
                AppendRecord(record, space, indent);
                break;
            case SchemaType.EntityOf entity:
                _output.Append(NameOf(entity.Type, space));
                break;
            default:
                _output.Append(_entityNames.Contains(type.Name) ? $"{Identifiers.ReservedNamespace}::{type.Name}" : type.Name);
                break;
        }
    }

    private void AppendRecord(SchemaType.RecordOf record, string space, string indent, string before = "")
    {
        if (record.Attributes.IsEmpty)
        {
            _output.Append(before).Append("{}");
            return;
        }

        string inner = $"{indent}  ";
        _output.Append(before).Append("{\n");
        foreach ((string name, AttributeType attribute) in record.Attributes)
        {
            string written = Identifiers.IsUsable(name) ? name : Quoting.Quote(name);
            AppendType(attribute.Type, space, inner, $"{inner}{written}{(attribute.IsRequired ? "" : "?")}: ");
            _output.Append(",\n");
        }

        _output.Append(indent).Append('}');
    }
}
