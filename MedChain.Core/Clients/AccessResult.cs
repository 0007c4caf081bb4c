using System.Collections.Immutable;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What became of an access request.</summary>
/// <param name="Request">The request; its decision is on the chain under this name.</param>
/// <param name="Outcome">The committed decision.</param>
/// <param name="Records">One for each record that the decision opens.</param>
public sealed record AccessResult(Digest Request, DecisionOutcome Outcome, ImmutableArray<AccessedRecord> Records)
{
    /// <summary>Gets the permission that was used; zero without one.</summary>
    public Digest Grant { get; init; }
}

/// <summary>One record that an access opened.</summary>
/// <param name="Record">The record.</param>
/// <param name="Content">The plaintext; <see langword="null"/> when it could not be read. The receiver zeroes it after use.</param>
/// <param name="Problem">Why it could not be read; <see langword="null"/> otherwise.</param>
public sealed record AccessedRecord(Digest Record, byte[]? Content, string? Problem);
