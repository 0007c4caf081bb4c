using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>A call from outside.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Function">Name of an exported function.</param>
/// <param name="Arguments">The arguments; they must have the parameters' types.</param>
/// <param name="Request">Who calls, and in what context.</param>
/// <param name="Entities">What is known about entities.</param>
/// <param name="Gas">The most gas that may be used.</param>
/// <param name="IsView">Whether only a view may be called.</param>
internal sealed record ContractCall(
    EntityUid Contract,
    string Function,
    ImmutableArray<CedarValue> Arguments,
    AuthorizationRequest Request,
    EntityStore Entities,
    long Gas,
    bool IsView);

/// <summary>What became of a call. When it failed, the overlay is as it was before.</summary>
/// <param name="Trap">Why it failed; none when it did not.</param>
/// <param name="Message">The same in words, or <see langword="null"/>.</param>
/// <param name="Result">The function's result, or <see langword="null"/>.</param>
/// <param name="GasUsed">What it cost; the whole limit when gas ran out.</param>
/// <param name="Effects">Events, obligations and consumed uses in order; none when it failed.</param>
internal sealed record ContractOutcome(
    Trap Trap, string? Message, CedarValue? Result, long GasUsed, ImmutableArray<ContractEffect> Effects);
