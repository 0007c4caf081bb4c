namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>A function or a method on an extension type.</summary>
internal sealed record ExtensionFunction(string Name, bool IsMethod, int Arity, Func<CedarValue[], ExtensionResult> Apply);

/// <summary>A value, or why there is none.</summary>
internal readonly record struct ExtensionResult(CedarValue? Value, string? Failure);
