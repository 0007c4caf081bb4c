using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile;

/// <summary>A permission with exceptions, and exceptions to those, as values: "deny what is labelled HIV, except doctor A for treatment,
/// except at the weekend". It means what the nested provisions of a FHIR Consent mean, and becomes Cedar text like any other
/// (<see cref="ToCedar"/>).</summary>
/// <remarks>A rule applies where all that it states holds; values of one list are alternatives, and an empty list or a
/// <see langword="null"/> states nothing. What a rule inside another does not state, it has from the rule around it, except
/// <see cref="MaxUses"/> and <see cref="Duties"/>. The rules inside go before; among rules inside one rule a deny goes first. A deny closes
/// also what other permissions of the patient would open, a permit opens what no deny closes.</remarks>
public sealed record GrantRule
{
    /// <summary>Most rules in one permission.</summary>
    public const int MaxRules = 64;

    /// <summary>How deep they are nested at most.</summary>
    public const int MaxNesting = 8;

    private GrantRule(bool permits) => Permits = permits;

    /// <summary>Gets a value indicating whether it permits or denies.</summary>
    public bool Permits { get; }

    /// <summary>Gets whom it is about: entities of the types Clinician, Researcher, Patient, Organization and Role.</summary>
    public ImmutableArray<EntityUid> Grantees { get; init; } = [];

    /// <summary>Gets the categories of records; those below them are covered.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Gets the codes of which a record has at least one, such as <c>http://loinc.org|2345-7</c>.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>Gets the labels of which a record has at least one.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Gets single records, by their identifiers.</summary>
    public ImmutableArray<string> Records { get; init; } = [];

    /// <summary>Gets the purposes of use; those below them are covered. ETREAT and BTG let a permit break the glass, and nothing
    /// else.</summary>
    public ImmutableArray<string> Purposes { get; init; } = [];

    /// <summary>Gets what may be done: released, computed on, or both.</summary>
    public GrantActions Actions { get; init; }

    /// <summary>Gets the computations, such as mean.</summary>
    public ImmutableArray<string> Operations { get; init; } = [];

    /// <summary>Gets the first moment at which it applies.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the first moment from which on it no longer applies.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the hours of the week in which it applies.</summary>
    public WeeklyHours? Hours { get; init; }

    /// <summary>Gets the first moment of which it covers data, by when it was collected.</summary>
    public DateTimeOffset? CollectedFrom { get; init; }

    /// <summary>Gets the first moment from which on it no longer covers data.</summary>
    public DateTimeOffset? CollectedUntil { get; init; }

    /// <summary>Gets the fewest patients in a computation; then a permit opens nothing else.</summary>
    public int? MinimumCohort { get; init; }

    /// <summary>Gets how often a permit may be used. All rules of a permission count together.</summary>
    public int? MaxUses { get; init; }

    /// <summary>Gets what a permit obliges to, such as <c>notify</c> to <c>patient</c>; the audit trail notes it.</summary>
    public ImmutableSortedDictionary<string, string> Duties { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Gets the exceptions: rules inside this one, which go before it.</summary>
    public ImmutableArray<GrantRule> Exceptions { get; init; } = [];

    /// <summary>Starts a rule that permits.</summary>
    /// <returns>A rule that states nothing: it permits everybody everything.</returns>
    public static GrantRule Permit() => new(permits: true);

    /// <summary>Starts a rule that denies.</summary>
    /// <returns>A rule that states nothing: it denies everybody everything.</returns>
    public static GrantRule Deny() => new(permits: false);

    /// <summary>Writes the rule with its exceptions as policies.</summary>
    /// <param name="patient">The patient, an entity of type Patient.</param>
    /// <returns>Cedar text that keeps <see cref="MedicalProfile"/>, with a policy for each rule.</returns>
    /// <exception cref="ArgumentException">A rule states something that there is not, such as an unknown purpose; the message names it and
    /// says what to do.</exception>
    public string ToCedar(EntityUid patient)
    {
        ArgumentNullException.ThrowIfNull(patient);
        return Rules.RuleCompiler.Compile(this, patient);
    }
}
