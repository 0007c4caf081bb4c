using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts;

/// <summary>A compiled contract: its text, its verified bytecode and what can be called. Immutable and thread safe.</summary>
public sealed class ContractCode
{
    internal ContractCode(string name, string text, Module module, ImmutableArray<ContractFunctionSignature> functions)
    {
        Name = name;
        Text = text;
        Module = module;
        Functions = functions;
    }

    /// <summary>Gets the name in the text.</summary>
    public string Name { get; }

    /// <summary>Gets the text.</summary>
    public string Text { get; }

    /// <summary>Gets the SHA-256 of the bytecode.</summary>
    public Digest Id => Module.Id;

    /// <summary>Gets the bytecode, which holds the SHA-256 of the text.</summary>
    public ReadOnlyMemory<byte> Bytecode => Module.Bytes.AsMemory();

    /// <summary>Gets the functions that can be called from outside, by ascending name.</summary>
    public ImmutableArray<ContractFunctionSignature> Functions { get; }

    internal Module Module { get; }
}

/// <summary>What a function of a contract takes and gives.</summary>
/// <param name="Name">The name.</param>
/// <param name="Parameters">Names and types, in order.</param>
/// <param name="Result">Type of the result, or <see langword="null"/> for none.</param>
/// <param name="IsView">Whether it changes nothing.</param>
public sealed record ContractFunctionSignature(string Name, ImmutableArray<ContractParameter> Parameters, string? Result, bool IsView);

/// <summary>A parameter of a function.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as it is written, such as <c>Patient</c> or <c>Set&lt;String&gt;</c>.</param>
public sealed record ContractParameter(string Name, string Type);
