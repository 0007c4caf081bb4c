using System.Collections.Immutable;
using System.Globalization;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>The record types that a schema uses in several places. They get a name when the schema is written: written out each time, a
/// small schema whose types use one another could become arbitrarily long.</summary>
internal sealed class SharedRecords
{
    private readonly Dictionary<SchemaType.RecordOf, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<SchemaType.RecordOf> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _taken;

    public SharedRecords(CedarSchema schema)
    {
        // A type in a namespace may not have the name of one outside all of them, so a new name must be nobody's.
        _taken = [.. schema.EntityTypes.Keys.Select(BaseName)];
        foreach (EntityTypeDeclaration entity in schema.EntityTypes.Values)
        {
            // The attributes of an entity are always written out themselves.
            VisitAttributes(entity.Attributes);
            Visit(entity.Tags);
        }

        foreach (ActionDeclaration action in SortedActions(schema))
        {
            Visit(action.Context);
        }
    }

    /// <summary>Gets the shared types by name.</summary>
    public IEnumerable<KeyValuePair<string, SchemaType.RecordOf>> ByName =>
        _names.Select(pair => KeyValuePair.Create(pair.Value, pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The name of a type that is shared, or <see langword="null"/>.</summary>
    public string? NameOf(SchemaType.RecordOf record) => _names.GetValueOrDefault(record);

    /// <summary>The part of a name behind its namespace.</summary>
    public static string BaseName(string name) => name[(name.LastIndexOf(':') + 1)..];

    /// <summary>The namespace of a name; empty for none.</summary>
    public static string NamespaceOf(string name) =>
        name.LastIndexOf("::", StringComparison.Ordinal) is var end and >= 0 ? name[..end] : "";

    /// <summary>Actions in the order of their names.</summary>
    public static IEnumerable<ActionDeclaration> SortedActions(CedarSchema schema) =>
        schema.Actions.Values.OrderBy(action => action.Uid, Comparer<EntityUid>.Create(EntityUid.Compare));

    private void Visit(SchemaType? type)
    {
        switch (type)
        {
            case SchemaType.SetOf set:
                Visit(set.Element);
                break;
            case SchemaType.RecordOf record when !_seen.Add(record):
                if (!record.Attributes.IsEmpty && !_names.ContainsKey(record))
                {
                    _names.Add(record, NewName());
                }

                break;
            case SchemaType.RecordOf record:
                VisitAttributes(record);
                break;
            default:
                break;
        }
    }

    private void VisitAttributes(SchemaType.RecordOf record)
    {
        foreach (AttributeType attribute in record.Attributes.Values)
        {
            Visit(attribute.Type);
        }
    }

    private string NewName()
    {
        int number = _names.Count + 1;
        string name = NameFor(number);
        while (!_taken.Add(name))
        {
            number++;
            name = NameFor(number);
        }

        return name;
    }

    private static string NameFor(int number) => string.Create(CultureInfo.InvariantCulture, $"Record{number}");
}
