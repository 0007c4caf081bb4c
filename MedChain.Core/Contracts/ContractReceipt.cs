using System.Collections.Immutable;

namespace MedChain.Core.Contracts;

/// <summary>What became of a call.</summary>
/// <param name="Succeeded">Whether it came to its end.</param>
/// <param name="Failure">Why not, with the place in the contract's text, or <see langword="null"/>.</param>
/// <param name="Result">The function's result, or <see langword="null"/>.</param>
/// <param name="GasUsed">What it cost; all that was allowed when that did not suffice.</param>
/// <param name="Effects">Events, obligations and uses in order; none when it failed.</param>
public sealed record ContractReceipt(
    bool Succeeded, string? Failure, CedarValue? Result, long GasUsed, ImmutableArray<ContractEffect> Effects);
