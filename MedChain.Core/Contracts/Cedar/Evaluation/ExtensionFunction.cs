using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>A function or a method on an extension type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsMethod">Whether the first argument stands before the name.</param>
/// <param name="Parameters">Names of the argument types; of a method, the target's first.</param>
/// <param name="Result">Name of the result's type.</param>
/// <param name="Apply">What it does with as many arguments as there are parameters.</param>
internal sealed record ExtensionFunction(
    string Name, bool IsMethod, ImmutableArray<string> Parameters, string Result, Func<CedarValue[], ExtensionResult> Apply)
{
    public int Arity => Parameters.Length;
}

/// <summary>A value, or why there is none.</summary>
internal readonly record struct ExtensionResult(CedarValue? Value, string? Failure);
