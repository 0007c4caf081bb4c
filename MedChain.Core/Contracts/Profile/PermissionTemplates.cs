using System.Globalization;

namespace MedChain.Core.Contracts.Profile;

/// <summary>Writes the common permissions as Cedar text. Every value is written as a literal of its own, so no value can change what a
/// policy says.</summary>
public static class PermissionTemplates
{
    /// <summary>Type of the entities that are care professionals.</summary>
    public const string ClinicianType = "Clinician";

    /// <summary>Lets accredited researchers compute on a patient's data, without seeing it.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="purpose">Code of the purpose, such as HRESCH; purposes below it in the tree are covered.</param>
    /// <param name="operations">Names of the computations, at least one, such as mean.</param>
    /// <param name="category">The category of data; categories below it are covered.</param>
    /// <param name="minimumCohort">Fewest patients in a computation; at least 1.</param>
    /// <param name="uses">How many times; at least 1.</param>
    /// <param name="until">The first moment, to the millisecond, from which it no longer holds.</param>
    /// <param name="id">Name of the policy; made from purpose, category and operations by default.</param>
    /// <returns>One policy.</returns>
    /// <exception cref="ArgumentException">A text has half a surrogate pair, or there is no operation.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumCohort"/> or <paramref name="uses"/> is below 1.</exception>
    public static string Research(
        EntityUid patient, string purpose, IReadOnlyList<string> operations, string category, int minimumCohort, int uses,
        DateTimeOffset until, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCohort, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        if (operations.Count == 0)
        {
            throw new ArgumentException("A research permission names at least one operation; pass its name.", nameof(operations));
        }

        EntityUid[] allowed = [.. operations.Select(operation => new EntityUid("Operation", operation))];
        string operationIsAllowed = allowed.Length == 1
            ? $"context.operation == {allowed[0]}"
            : $"[{string.Join<EntityUid>(", ", allowed)}].contains(context.operation)";
        var categories = new EntityUid("Category", category);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            @id({{Quoted(id ?? $"research-{purpose}-{category}-{string.Join('-', operations)}")}}) @consume("grant.uses") @audit("access")
            permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in {{categories}})
            when { resource.patient == {{patient}} && context.purpose in {{new EntityUid("Purpose", purpose)}}
                   && {{operationIsAllowed}} && context.cohort >= {{minimumCohort}} && context.grant.uses < {{uses}}
                   && context.now < {{Moment(until)}} };

            """);
    }

    /// <summary>Lets a care professional, or everyone of an organization or a role, read a patient's data to treat her.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="grantee">An entity of <see cref="ClinicianType"/>, or a group that clinicians are in.</param>
    /// <param name="category">The category of data; categories below it are covered.</param>
    /// <param name="until">The first moment, to the millisecond, from which it no longer holds.</param>
    /// <param name="withheldLabels">Records with one of these labels stay closed; none by default.</param>
    /// <param name="id">Name of the policy; made from grantee and category by default.</param>
    /// <returns>One policy.</returns>
    /// <exception cref="ArgumentException">A text has half a surrogate pair.</exception>
    public static string Treatment(
        EntityUid patient, EntityUid grantee, string category, DateTimeOffset until, IReadOnlyList<string>? withheldLabels = null,
        string? id = null)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(grantee);
        string relation = grantee.Type == ClinicianType ? "==" : "in";
        string withheld = string.Concat(
            (withheldLabels ?? []).Select(label => $"\nunless {{ resource.labels.contains({Quoted(label)}) }}"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            @id({{Quoted(id ?? $"treatment-{grantee.Id}-{category}")}}) @audit("access")
            permit (principal {{relation}} {{grantee}}, action == Action::"read", resource in {{new EntityUid("Category", category)}})
            when { resource.patient == {{patient}} && context.purpose in Purpose::"TREAT"
                   && context.now < {{Moment(until)}} }{{withheld}};

            """);
    }

    /// <summary>Closes everything once the patient has revoked the grant. Belongs into every set that grants something.</summary>
    /// <returns>One policy.</returns>
    public static string DenyRevoked() => """
        @id("revocable") forbid (principal, action, resource) when { context.grant.revoked };

        """;

    private static string Quoted(string text) => new StringValue(text).ToString();

    private static string Moment(DateTimeOffset time) => new DateTimeValue(time.ToUnixTimeMilliseconds()).ToString();
}
