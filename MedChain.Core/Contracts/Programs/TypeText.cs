using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Types as they are written.</summary>
internal static class TypeText
{
    public static string Of(SchemaType type) => type switch
    {
        SchemaType.SetOf set => $"Set<{Of(set.Element)}>",
        SchemaType.RecordOf record => $"{{{string.Join(", ", record.Attributes.Select(Of))}}}",
        _ => type.Name,
    };

    private static string Of(KeyValuePair<string, AttributeType> attribute)
    {
        string name = Identifiers.IsUsable(attribute.Key) ? attribute.Key : Quoting.Quote(attribute.Key);
        return $"{name}{(attribute.Value.IsRequired ? "" : "?")}: {Of(attribute.Value.Type)}";
    }
}
