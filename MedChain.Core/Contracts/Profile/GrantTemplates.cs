using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Profile;

/// <summary>The templates that every account chain knows. A template never changes, because grants name it by the hash of its text: what
/// should say something else is a new template, and the old one stays.</summary>
public static class GrantTemplates
{
    private const string Mine = "context.grant has patient && resource.patient == context.grant.patient";
    private const string Open = "context.grant has until && context.now < context.grant.until";
    private const string InCategory = "context.grant has category && resource in context.grant.category";
    private const string NotWithheld = "unless { context.grant has labels && resource.labels.containsAny(context.grant.labels) }";

    /// <summary>Gets the template that denies everything, whatever other grants permit. It has no parameters.</summary>
    public static GrantTemplate DenyAll { get; } = new(
        "deny-all",
        "Nobody but you may see your data, whatever else you have permitted.",
        """
        @id("deny-all") forbid (principal, action, resource);

        """);

    /// <summary>Gets the template that lets all clinicians whom the chain knows read everything to treat the patient. Its only parameter
    /// is what stays closed.</summary>
    public static GrantTemplate PermitTreatment { get; } = new(
        "permit-treatment",
        "The clinicians of this network may read your data to treat you, except data with a label that you keep back.",
        $$"""
        @id("permit-treatment") @audit("access")
        permit (principal is Clinician, action == Action::"read", resource)
        when { {{Mine}} && context.purpose in Purpose::"TREAT" }
        {{NotWithheld}};

        """);

    /// <summary>Gets the template that lets one clinician read a category of data to treat the patient.</summary>
    public static GrantTemplate TreatmentByClinician { get; } = new(
        "treatment-by-clinician",
        "One clinician may read data of one category to treat you.",
        Treatment("context.grant has clinician && principal == context.grant.clinician"));

    /// <summary>Gets the template that lets the clinicians of an organization read a category of data to treat the patient.</summary>
    public static GrantTemplate TreatmentByOrganization { get; } = new(
        "treatment-by-organization",
        "The clinicians of one organization may read data of one category to treat you.",
        Treatment("context.grant has organization && principal in context.grant.organization"));

    /// <summary>Gets the template that lets the clinicians of a role read a category of data to treat the patient.</summary>
    public static GrantTemplate TreatmentByRole { get; } = new(
        "treatment-by-role",
        "The clinicians who have one role may read data of one category to treat you.",
        Treatment("context.grant has role && principal in context.grant.role"));

    /// <summary>Gets the template that lets accredited researchers compute on a category of data without seeing it, a number of
    /// times.</summary>
    public static GrantTemplate Research { get; } = new(
        "research",
        "Accredited researchers may compute on data of one category, together with that of others, and see the result alone.",
        $$"""
        @id("research") @consume("grant.uses") @audit("access")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource)
        when { {{Mine}}
               && {{InCategory}}
               && context.grant has purpose && context.purpose in context.grant.purpose
               && context.grant has operations && context.grant.operations.contains(context.operation)
               && context.grant has cohort && context.cohort >= context.grant.cohort
               && context.grant has limit && context.grant.uses < context.grant.limit
               && {{Open}} }
        {{NotWithheld}};

        """);

    /// <summary>Gets the template that opens data in an emergency alone: to emergency physicians who say why and have no review open. It
    /// has no parameters.</summary>
    public static GrantTemplate BreakGlassOnly { get; } = new(
        "break-glass-only",
        "Emergency physicians may see your data in an emergency, when they say why; you are told, and it is reviewed.",
        $$"""
        @id("break-glass") @consume("grant.uses") @audit("break-glass; notify=patient; review-within=72h")
        permit (principal is Clinician in Role::"emergency-physician", action == Action::"breakGlass", resource)
        when { {{Mine}}
               && context.purpose in Purpose::"ETREAT"
               && context has justification && context.justification != ""
               && principal.openReviews == 0 };

        """);

    /// <summary>Gets all templates.</summary>
    public static ImmutableArray<GrantTemplate> All { get; } =
        [DenyAll, PermitTreatment, TreatmentByClinician, TreatmentByOrganization, TreatmentByRole, Research, BreakGlassOnly];

    /// <summary>Gets the default policies that a patient may begin with: deny all, permit treatment, or break-glass only. Without any,
    /// nothing is permitted, and a later permission opens what it says; what the first forbids stays closed whatever is permitted
    /// later.</summary>
    public static ImmutableArray<GrantTemplate> Defaults { get; } = [DenyAll, PermitTreatment, BreakGlassOnly];

    /// <summary>Finds a template by the hash of its text.</summary>
    /// <param name="hash">The hash.</param>
    /// <returns>The template, or <see langword="null"/> when none has it.</returns>
    public static GrantTemplate? Find(Digest hash) => All.FirstOrDefault(template => template.Hash == hash);

    private static string Treatment(string grantee) => $$"""
        @id("treatment") @audit("access")
        permit (principal is Clinician, action == Action::"read", resource)
        when { {{Mine}}
               && {{grantee}}
               && {{InCategory}}
               && context.purpose in Purpose::"TREAT"
               && {{Open}} }
        {{NotWithheld}};

        """;
}
