using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Everything that a module says, in the order of the wire. Nothing is checked yet.</summary>
internal sealed record ModuleContent
{
    public required ModuleKind Kind { get; init; }

    /// <summary>Gets the version of the gas table that the blocks' prices were computed with.</summary>
    public required int GasTable { get; init; }

    /// <summary>Gets the hash of the text that the module was compiled from.</summary>
    public required Digest Source { get; init; }

    /// <summary>Gets which policy of the text it is, from 0; 0 for a contract.</summary>
    public required int Part { get; init; }

    public required ImmutableArray<ModuleConstant> Constants { get; init; }

    /// <summary>Gets the types of registers, from register 0, at the beginnings of blocks.</summary>
    public required ImmutableArray<ImmutableArray<RegisterType>> Signatures { get; init; }

    public ImmutableArray<StateField> Fields { get; init; } = [];

    public ImmutableArray<EventType> Events { get; init; } = [];

    public ImmutableArray<ImportedFunction> Imports { get; init; } = [];

    public required ImmutableArray<ModuleFunction> Functions { get; init; }

    /// <summary>Gets the functions of a policy by kind of request.</summary>
    public ImmutableArray<PolicyEntry> Entries { get; init; } = [];

    /// <summary>Gets the functions of a contract that can be called from outside, by ascending name.</summary>
    public ImmutableArray<ExportedFunction> Exports { get; init; } = [];

    /// <summary>Gets places in the source of instructions that can fail, in the order of the code.</summary>
    public ImmutableArray<SourcePlace> Places { get; init; } = [];
}

/// <summary>A function. Arguments come in the first registers.</summary>
/// <param name="Parameters">Types of the first registers.</param>
/// <param name="Result">Type of the result, or none.</param>
/// <param name="IsView">Whether the function changes nothing and has no effects.</param>
/// <param name="Code">The instructions; the first begins a block.</param>
internal sealed record ModuleFunction(
    ImmutableArray<RegisterType> Parameters, RegisterType Result, bool IsView, ImmutableArray<Instruction> Code);

/// <summary>A variable of a contract: one value, or a value for each key.</summary>
/// <param name="Name">Constant with the name.</param>
/// <param name="Key">Type of the keys; none for a single value.</param>
/// <param name="Value">Type of the values.</param>
internal sealed record StateField(int Name, RegisterType Key, RegisterType Value);

/// <summary>An event of a contract.</summary>
/// <param name="Name">Constant with the name.</param>
/// <param name="Fields">Types of the fields.</param>
internal sealed record EventType(int Name, ImmutableArray<RegisterType> Fields);

/// <summary>A function of another contract.</summary>
/// <param name="Name">Constant with the name.</param>
/// <param name="Parameters">Types of the arguments.</param>
/// <param name="Result">Type of the result, or none.</param>
internal sealed record ImportedFunction(int Name, ImmutableArray<RegisterType> Parameters, RegisterType Result);

/// <summary>What decides a kind of request.</summary>
/// <param name="Principal">Constant with the principal's type.</param>
/// <param name="Action">Constant with the action.</param>
/// <param name="Resource">Constant with the resource's type.</param>
/// <param name="Function">The function, or <see cref="NotApplicable"/> when the schema lets no such request satisfy the scope.</param>
internal sealed record PolicyEntry(int Principal, int Action, int Resource, int Function)
{
    public const int NotApplicable = ushort.MaxValue;
}

/// <summary>A function that can be called from outside.</summary>
/// <param name="Name">Constant with the name.</param>
/// <param name="Function">The function.</param>
internal sealed record ExportedFunction(int Name, int Function);

/// <summary>Where in the source an instruction comes from.</summary>
internal readonly record struct SourcePlace(int Function, int Instruction, int Line, int Column);
