using System.Collections.Immutable;

namespace MedChain.Core.Fhir;

/// <summary>One line of an audit trail, as FHIR sees it.</summary>
internal sealed record FhirAuditEntry
{
    /// <summary>The UUID in lower case.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Recorded { get; init; }

    public required FhirCode Type { get; init; }

    public FhirCode? Subtype { get; init; }

    /// <summary>C, R, U, D or E.</summary>
    public required string Action { get; init; }

    /// <summary>0 for done, 4 for refused, 8 for what went wrong.</summary>
    public required string Outcome { get; init; }

    /// <summary>The rest in words.</summary>
    public required string Description { get; init; }

    /// <summary>HL7 v3 ActReason; <see langword="null"/> where the ledger knows none.</summary>
    public FhirCode? Purpose { get; init; }

    public required ImmutableArray<FhirAgent> Agents { get; init; }

    /// <summary>The chain.</summary>
    public required FhirIdentity Source { get; init; }

    public required ImmutableArray<FhirEntity> Entities { get; init; }

    /// <summary>What happened to a record; <see langword="null"/> where nothing did, and there is no Provenance.</summary>
    public FhirCode? Activity { get; init; }
}

/// <summary>Somebody or something by an identifier; nothing is on a FHIR server.</summary>
/// <param name="System">The identifier's namespace.</param>
/// <param name="Value">The identifier.</param>
/// <param name="Type">The FHIR type; empty when the ledger does not say.</param>
/// <param name="Display">In words; empty for none.</param>
internal sealed record FhirIdentity(string System, string Value, string Type = "", string Display = "");

/// <summary>Who took part.</summary>
/// <param name="Role">As what.</param>
/// <param name="Who">Who.</param>
/// <param name="IsRequestor">Whether this one brought it about.</param>
internal sealed record FhirAgent(FhirCode Role, FhirIdentity Who, bool IsRequestor);

/// <summary>What it was about.</summary>
/// <param name="What">The thing.</param>
/// <param name="Type">Person or system object.</param>
/// <param name="Role">What it was there for.</param>
/// <param name="Details">More about it: names and texts.</param>
internal sealed record FhirEntity(FhirIdentity What, FhirCode Type, FhirCode Role, ImmutableArray<(string Name, string Text)> Details);
