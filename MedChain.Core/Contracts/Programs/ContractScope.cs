using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>What a contract declares, with all types followed.</summary>
internal sealed class ContractScope(CedarSchema schema, SchemaHierarchy hierarchy)
{
    /// <summary>The entity type of contracts; a contract is addressed as <c>Contract::"name"</c>.</summary>
    public const string ContractType = "Contract";

    /// <summary>The type of the context of calls.</summary>
    public static readonly SchemaType.RecordOf Context = new(SchemaType.RecordOf.Empty.Attributes
        .Add("now", new AttributeType(SchemaType.BuiltIn("datetime")!, IsRequired: true))
        .Add("height", new AttributeType(new SchemaType.Long(), IsRequired: true)));

    public CedarSchema Schema { get; } = schema;

    public SchemaHierarchy Hierarchy { get; } = hierarchy;

    public Dictionary<string, ContractField> Fields { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ContractEvent> Events { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ContractFunction> Functions { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ContractFunction> Imports { get; } = new(StringComparer.Ordinal);

    /// <summary>The kind of call that a function's expressions are typed for.</summary>
    public static RequestEnvironment EnvironmentOf(string function, string principal) => new(
        new ActionDeclaration(
            new EntityUid("Action", function), [], [principal], [ContractType], Context),
        principal,
        ContractType);
}

/// <summary>A variable of a contract.</summary>
/// <param name="Key">Type of the keys, or <see langword="null"/> for a single value.</param>
/// <param name="Value">Type of the value or values.</param>
/// <param name="Initial">What a single value is before the first assignment, or <see langword="null"/>.</param>
/// <param name="Index">Its place in the module.</param>
internal sealed record ContractField(SchemaType? Key, SchemaType Value, Expression? Initial, int Index);

internal sealed record ContractEvent(ImmutableArray<SchemaType> Fields, int Index);

/// <summary>A function of this contract or of another.</summary>
/// <param name="Name">The name.</param>
/// <param name="Parameters">Names and types.</param>
/// <param name="Result">Type of the result, or <see langword="null"/>.</param>
/// <param name="IsView">Whether it changes nothing.</param>
/// <param name="Index">Its place in the module, among functions or imports.</param>
internal sealed record ContractFunction(
    string Name, ImmutableArray<(string Name, SchemaType Type)> Parameters, SchemaType? Result, bool IsView, int Index);
