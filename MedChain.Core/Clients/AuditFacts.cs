using System.Collections.Immutable;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What an entry of an audit file says besides its kind, in parts, as far as the entry has it.</summary>
public sealed record AuditFacts
{
    internal static AuditFacts None { get; } = new();

    /// <summary>Gets the human who acted; <see langword="null"/> where the transaction names nobody besides its sender.</summary>
    public AccountId? Human { get; init; }

    /// <summary>Gets the software that acted for her.</summary>
    public ActingSoftware? Software { get; init; }

    /// <summary>Gets the action asked for, such as "read"; empty for none.</summary>
    public string Action { get; init; } = "";

    /// <summary>Gets the HL7 v3 purpose of use, such as "TREAT"; empty for none.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>Gets the category of the records; empty for none.</summary>
    public string Category { get; init; } = "";

    /// <summary>Gets the reason that was given; empty for none.</summary>
    public string Justification { get; init; } = "";

    /// <summary>Gets the decision about an access or a task.</summary>
    public DecisionOutcome? Outcome { get; init; }

    /// <summary>Gets how much a permitted access returned.</summary>
    public ReadingOutcome? Reading { get; init; }

    /// <summary>Gets the records that an access returned.</summary>
    public ImmutableArray<Digest> Records { get; init; } = [];

    /// <summary>Gets the operator keys of the custodians that released shares, proved by their signatures.</summary>
    public ImmutableArray<PublicKey> Custodians { get; init; } = [];
}
