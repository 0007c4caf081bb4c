using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Fhir;

/// <summary>The outcome of importing a Consent: policies, or the reason why there are none.</summary>
public sealed class ConsentImportResult
{
    internal ConsentImportResult(ImportedConsent? consent, string? refusal, ImmutableArray<ConsentLimitation> limitations)
    {
        Consent = consent;
        Refusal = refusal;
        Limitations = limitations;
    }

    /// <summary>Gets whether the Consent was imported.</summary>
    [MemberNotNullWhen(true, nameof(Consent))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Consent is not null;

    /// <summary>Gets the Consent with its policies, or <see langword="null"/>.</summary>
    public ImportedConsent? Consent { get; }

    /// <summary>Gets why it was refused and what to do, or <see langword="null"/>.</summary>
    public string? Refusal { get; }

    /// <summary>Gets what could not be expressed as it stands, in the order of the document. A host shows it before it deploys the
    /// policies.</summary>
    public ImmutableArray<ConsentLimitation> Limitations { get; }
}
