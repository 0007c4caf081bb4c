using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Encoding;

namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>Turns the rules of a permission into the tree that FHIR Consents are read into, so that both mean the same.</summary>
internal sealed class RuleCompiler
{
    private static readonly Provision Everything = new(
        "",
        Permits: false,
        ImmutableSortedDictionary.Create<string, Bounds>(StringComparer.Ordinal),
        Bounds.Exactly(Bounds.Always),
        Bounds.Exactly(Bounds.Never),
        new Bounds("action in [Action::\"read\", Action::\"compute\"]", Bounds.Always),
        EmergencyAction: true,
        []);

    private int _count;

    public static string Compile(GrantRule rule, EntityUid patient)
    {
        try
        {
            string text = new ProvisionPolicies(patient, null).Write(new RuleCompiler().Read(rule, "rule", Everything, 1));
            return text.Length > 0 ? text : throw new ArgumentException("The rules can never apply; state less in them.", nameof(rule));
        }
        catch (MalformedDataException e)
        {
            throw new ArgumentException(e.Message, nameof(rule), e);
        }
    }

    private Provision Read(GrantRule rule, string name, Provision outer, int depth)
    {
        if (depth > GrantRule.MaxNesting || ++_count > GrantRule.MaxRules)
        {
            throw new ArgumentException(
                $"{name} is one rule too many: at most {GrantRule.MaxRules}, {GrantRule.MaxNesting} deep; use several permissions.");
        }

        if (!rule.Permits && (rule.MaxUses is not null || rule.Duties.Count > 0 || rule.MinimumCohort is not null))
        {
            throw new ArgumentException($"{name} denies: uses, cohort and duties are for permits; leave them out.");
        }

        Provision made = outer with
        {
            Name = name,
            Permits = rule.Permits,
            Conditions = outer.Conditions.SetItems(RuleConditions.Of(rule, name)),
            Allowance = rule.MaxUses is { } uses
                ? string.Create(CultureInfo.InvariantCulture, $"context.grant.uses < {AtLeastOne(uses, name)}")
                : Bounds.Always,
            Consumes = rule.MaxUses is not null,
            Audit = string.Concat(rule.Duties.Select(duty => $"; {duty.Key}={duty.Value}").Prepend("access")),
        };
        if (!rule.Purposes.IsEmpty)
        {
            (Bounds Ordinary, Bounds Emergency)[] purposes = [.. rule.Purposes.Select(PurposeBounds.Of)];
            made = made with
            {
                Purpose = Bounds.Any([.. purposes.Select(p => p.Ordinary)]),
                Emergency = Bounds.Any([.. purposes.Select(p => p.Emergency)]),
            };
        }

        if (rule.Actions != GrantActions.None)
        {
            made = made with
            {
                Action = RuleConditions.Action(rule.Actions, name),
                EmergencyAction = rule.Actions.HasFlag(GrantActions.Read),
            };
        }

        return made with
        {
            Exceptions =
            [
                .. rule.Exceptions.Select((inner, i) =>
                    Read(inner, string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"), made, depth + 1)),
            ],
        };
    }

    internal static int AtLeastOne(int number, string name) => number >= 1
        ? number
        : throw new ArgumentException($"{name} has the number {number}; give at least 1.");
}
