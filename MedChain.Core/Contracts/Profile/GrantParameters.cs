using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile;

/// <summary>What a patient's grant says to a template: whom, what, and how far. Give what the template has as
/// <see cref="GrantTemplate.Parameters"/>, and nothing else.</summary>
public sealed record GrantParameters
{
    internal const string LabelsName = "labels";
    internal const string OperationsName = "operations";

    /// <summary>Gets the category of data; categories below it are covered. The parameter <c>category</c>.</summary>
    public string? Category { get; init; }

    /// <summary>Gets the identifier of a clinician's account. The parameter <c>clinician</c>.</summary>
    public string? Clinician { get; init; }

    /// <summary>Gets the name of an organization, such as a hospital. The parameter <c>organization</c>.</summary>
    public string? Organization { get; init; }

    /// <summary>Gets the name of a professional role. The parameter <c>role</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Gets the purpose of use, such as HRESCH; purposes below it are covered. The parameter <c>purpose</c>.</summary>
    public string? Purpose { get; init; }

    /// <summary>Gets the computations that are permitted, such as mean. The parameter <c>operations</c>.</summary>
    public ImmutableArray<string> Operations { get; init; } = [];

    /// <summary>Gets the labels of records that stay closed. The parameter <c>labels</c>.</summary>
    public ImmutableArray<string> WithheldLabels { get; init; } = [];

    /// <summary>Gets the fewest patients in a computation. The parameter <c>cohort</c>.</summary>
    public long? MinimumCohort { get; init; }

    /// <summary>Gets how many times the grant may be used. The parameter <c>limit</c>.</summary>
    public long? MaxUses { get; init; }

    /// <summary>Gets the first moment, to the millisecond, from which it no longer holds. The parameter <c>until</c>.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The parameters as the policies see them.</summary>
    /// <exception cref="ArgumentException">A text has half a surrogate pair.</exception>
    internal RecordValue ToRecord()
    {
        var given = new List<KeyValuePair<string, CedarValue>>();
        Add("category", Entity("Category", Category));
        Add("clinician", Entity(PermissionTemplates.ClinicianType, Clinician));
        Add("organization", Entity("Organization", Organization));
        Add("role", Entity("Role", Role));
        Add("purpose", Entity("Purpose", Purpose));
        Add("cohort", MinimumCohort is { } cohort ? new LongValue(cohort) : null);
        Add("limit", MaxUses is { } limit ? new LongValue(limit) : null);
        Add("until", Until is { } until ? new DateTimeValue(until.ToUnixTimeMilliseconds()) : null);
        Add(OperationsName, Operations.IsEmpty ? null : new SetValue(Operations.Select(name => Entity("Operation", name)!)));
        Add(LabelsName, WithheldLabels.IsEmpty ? null : new SetValue(WithheldLabels.Select(label => new StringValue(label))));
        return new RecordValue(given);

        void Add(string name, CedarValue? value)
        {
            if (value is not null)
            {
                given.Add(KeyValuePair.Create(name, value));
            }
        }
    }

    private static EntityValue? Entity(string type, string? id) => id is null ? null : new EntityValue(new EntityUid(type, id));
}
