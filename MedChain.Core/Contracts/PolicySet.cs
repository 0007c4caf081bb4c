using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts;

/// <summary>Policies that decide together. Immutable; made by <c>ContractVm.CompilePolicies</c>.</summary>
public sealed class PolicySet
{
    private readonly string _text;

    internal PolicySet(string text, ImmutableArray<Policy> policies)
        : this(text, policies, Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)), null, null)
    {
    }

    private PolicySet(string text, ImmutableArray<Policy> policies, Digest hash, PolicySchema? schema, CompiledPolicies? code)
    {
        _text = text;
        Policies = policies;
        Hash = hash;
        Schema = schema;
        Code = code;
    }

    /// <summary>Gets the policies and templates in their order in the text.</summary>
    public ImmutableArray<Policy> Policies { get; }

    /// <summary>Gets the schema that the set was validated against, or <see langword="null"/> when it was not validated.</summary>
    public PolicySchema? Schema { get; }

    /// <summary>Gets the SHA-256 of the text's UTF-8 bytes: the name of this set on a chain.</summary>
    public Digest Hash { get; }

    /// <summary>Gets the most gas that a decision can use; <see langword="null"/> for a set without bytecode.</summary>
    public long? MaxGas => Code?.MaxGas;

    /// <summary>Gets the bytecode, which only a set has that was validated against a schema.</summary>
    internal CompiledPolicies? Code { get; }

    /// <summary>Validates the set against a schema and compiles it to bytecode.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="errors">Why there is none: the first error of each policy that does not fit the schema or a module.</param>
    /// <returns>The same set with bytecode, or <see langword="null"/>.</returns>
    internal PolicySet? Compile(CedarSchema schema, out ImmutableArray<PolicyError> errors) =>
        PolicyCompiler.Compile(this, schema, out errors) is { } code
            ? new PolicySet(_text, Policies, Hash, null, code)
            : null;

    /// <summary>Validates the set against a schema and compiles it to bytecode.</summary>
    /// <param name="schema">The schema, which the set then names.</param>
    /// <param name="errors">Why there is none: the first error of each policy that does not fit the schema or a module.</param>
    /// <returns>The same set with bytecode, or <see langword="null"/>.</returns>
    internal PolicySet? Compile(PolicySchema schema, out ImmutableArray<PolicyError> errors) =>
        PolicyCompiler.Compile(this, schema.Declarations, out errors) is { } code
            ? new PolicySet(_text, Policies, Hash, schema, code)
            : null;

    /// <summary>All policies in canonical form, with an empty line between them. The text reads back as the same set.</summary>
    /// <returns>The text.</returns>
    public string ToCedar() => string.Join('\n', Policies.Select(policy => policy.ToCedar()));

    /// <summary>All policies and templates in Cedar's JSON form of a policy set. A link is a policy like any other.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => PolicyJsonWriter.Write(Policies);

    /// <summary>The text that the set was compiled from, unchanged.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;
}
