using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Which types can meet in one place. Strict: apart from what is known of a truth value, only equal types can.</summary>
internal static class TypeLattice
{
    public static readonly SchemaType.Boolean AnyBool = new();
    public static readonly SchemaType.Boolean True = new(true);
    public static readonly SchemaType.Boolean False = new(false);

    public static SchemaType.Boolean Bool(bool? known) => known switch
    {
        true => True,
        false => False,
        null => AnyBool,
    };

    /// <summary>The type of a value that has one type or the other, or <see langword="null"/> when they cannot meet.</summary>
    public static SchemaType? Join(SchemaType left, SchemaType right) => (left, right) switch
    {
        (SchemaType.Boolean a, SchemaType.Boolean b) => a.Known == b.Known ? a : AnyBool,
        (SchemaType.SetOf a, SchemaType.SetOf b) => Join(a.Element, b.Element) is { } element ? new SchemaType.SetOf(element) : null,
        (SchemaType.RecordOf a, SchemaType.RecordOf b) => JoinRecords(a, b),
        (SchemaType.EntityOf a, SchemaType.EntityOf b) => a.Type == b.Type ? a : null,
        (SchemaType.Extension a, SchemaType.Extension b) => a.Name == b.Name ? a : null,
        (SchemaType.Long, SchemaType.Long) or (SchemaType.Text, SchemaType.Text) => left,
        _ => null,
    };

    private static SchemaType.RecordOf? JoinRecords(SchemaType.RecordOf left, SchemaType.RecordOf right)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        if (left.Attributes.Count != right.Attributes.Count)
        {
            return null;
        }

        ImmutableSortedDictionary<string, AttributeType>.Builder joined =
            ImmutableSortedDictionary.CreateBuilder<string, AttributeType>(StringComparer.Ordinal);
        foreach ((string name, AttributeType mine) in left.Attributes)
        {
            if (!right.Attributes.TryGetValue(name, out AttributeType? theirs) || mine.IsRequired != theirs.IsRequired
                || Join(mine.Type, theirs.Type) is not { } type)
            {
                return null;
            }

            joined.Add(name, new AttributeType(type, mine.IsRequired));
        }

        return new SchemaType.RecordOf(joined.ToImmutable());
    }
}
