using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts;

/// <summary>Policies that decide together. Immutable; made by <see cref="ContractVm.CompilePolicies"/>.</summary>
public sealed class PolicySet
{
    private readonly string _text;

    internal PolicySet(string text, ImmutableArray<Policy> policies)
    {
        _text = text;
        Policies = policies;
        Hash = Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Gets the policies and templates in their order in the text.</summary>
    public ImmutableArray<Policy> Policies { get; }

    /// <summary>Gets the SHA-256 of the text's UTF-8 bytes: the name of this set on a chain.</summary>
    public Digest Hash { get; }

    /// <summary>The text that the set was compiled from, unchanged.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;
}
