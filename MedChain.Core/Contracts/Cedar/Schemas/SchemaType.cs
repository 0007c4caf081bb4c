using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>A type of a schema, with all names followed.</summary>
internal abstract record SchemaType(string Name, int Depth)
{
    /// <summary>The type that Cedar itself has under a name, or <see langword="null"/>.</summary>
    public static SchemaType? BuiltIn(string name) => name switch
    {
        "Bool" => new Boolean(),
        "Long" => new Long(),
        "String" => new Text(),
        "decimal" or "datetime" or "duration" => new Extension(name, name),
        "ipaddr" => new Extension("ipaddr", "ip"),
        _ => null,
    };

    /// <summary>A truth value; the validator knows of some which one it is.</summary>
    internal sealed record Boolean(bool? Known = null) : SchemaType("Bool", 0);

    internal sealed record Long() : SchemaType("Long", 0);

    internal sealed record Text() : SchemaType("String", 0);

    /// <summary>An extension type; <paramref name="Constructor"/> is the function that makes it from a text.</summary>
    internal sealed record Extension(string Name, string Constructor) : SchemaType(Name, 0);

    internal sealed record EntityOf(string Type) : SchemaType(Type, 0);

    internal sealed record SetOf(SchemaType Element) : SchemaType("Set", Element.Depth + 1);

    internal sealed record RecordOf(ImmutableSortedDictionary<string, AttributeType> Attributes)
        : SchemaType("record", Attributes.Values.Aggregate(0, (depth, attribute) => Math.Max(depth, attribute.Type.Depth)) + 1)
    {
        public static readonly RecordOf Empty = new(ImmutableSortedDictionary.Create<string, AttributeType>(StringComparer.Ordinal));
    }
}

/// <summary>The type of an attribute, and whether it must be there.</summary>
internal sealed record AttributeType(SchemaType Type, bool IsRequired);
