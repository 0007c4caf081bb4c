using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>When one rule of a permission applies, by what it states.</summary>
internal static class RuleConditions
{
    public static IEnumerable<KeyValuePair<string, Bounds>> Of(GrantRule rule, string name)
    {
        var found = new List<KeyValuePair<string, Bounds>>();
        Add("actor", rule.Grantees, grantee => Grantee(grantee, name));
        Add("class", rule.Categories, category => $"resource in {Entity("Category", category, name)}");
        Add("securityLabel", rule.Labels, label => $"resource.labels.contains({new StringValue(label)})");
        Add("code", rule.Codes, code => $"resource.codes.contains({new StringValue(code)})");
        Add("data", rule.Records, record => $"resource == {Entity("Record", record, name)}");
        Add("operation", rule.Operations, operation => $"context.operation == {Operation(operation, name)}");
        Say("period", Window("context.now", rule.From, rule.Until, name));
        Say("dataPeriod", Window("resource.collected", rule.CollectedFrom, rule.CollectedUntil, name));
        if (rule.MinimumCohort is { } cohort)
        {
            Say("cohort", Invariant($"context.cohort >= {RuleCompiler.AtLeastOne(cohort, name)}"));
        }

        if (rule.Hours is { } hours)
        {
            string said = hours.Problem() is { } problem
                ? throw new ArgumentException($"{name}: {problem}")
                : hours.ToCedar("context.weekTime");

            // The ledger always says what time of the week it is; where nobody does, a deny applies and a permit does not.
            found.Add(new("hours", new Bounds(
                $"context has weekTime && {said}", $"(if context has weekTime then {said} else true)")));
        }

        return found;

        void Add<T>(string element, ImmutableArray<T> values, Func<T, string> say)
        {
            if (!values.IsEmpty)
            {
                found.Add(new(element, Bounds.Any([.. values.Select(value => Bounds.Exactly(say(value)))])));
            }
        }

        void Say(string element, string condition)
        {
            if (condition != Bounds.Always)
            {
                found.Add(new(element, Bounds.Exactly(condition)));
            }
        }
    }

    public static Bounds Action(GrantActions actions, string name) => actions switch
    {
        GrantActions.Read => new Bounds("action == Action::\"read\"", "action in [Action::\"read\", Action::\"breakGlass\"]"),
        GrantActions.Compute => Bounds.Exactly("action == Action::\"compute\""),
        GrantActions.Read | GrantActions.Compute => new Bounds("action in [Action::\"read\", Action::\"compute\"]", Bounds.Always),
        _ => throw new ArgumentException($"{name} has unknown actions {actions}."),
    };

    private static string Grantee(EntityUid grantee, string name) => grantee.Type switch
    {
        "Clinician" or "Researcher" or "Patient" => $"principal == {grantee}",
        "Organization" or "Role" => $"principal in {grantee}",
        _ => throw new ArgumentException(
            $"{name} is for {grantee}, which is no grantee; give a Clinician, Researcher, Patient, Organization or Role."),
    };

    private static string Operation(string operation, string name)
    {
        EntityUid uid = Entity("Operation", operation, name);
        return MedicalSchema.Default.Declarations.EntityTypes["Operation"].Ids.Contains(operation)
            ? uid.ToString()
            : throw new ArgumentException($"{name} has the operation {operation}, which no task has; give one such as mean.");
    }

    private static EntityUid Entity(string type, string id, string name) => EntityUid.TryCreate(type, id, out EntityUid? uid)
        ? uid
        : throw new ArgumentException($"{name} has a text that is no identifier of a {type}; write well-formed text.");

    private static string Window(string subject, DateTimeOffset? from, DateTimeOffset? until, string name)
    {
        if (from >= until)
        {
            throw new ArgumentException($"{name} ends at {until:u}, before it begins; mend the window.");
        }

        return Bounds.All(
        [
            from is { } start ? $"{subject} >= {Moment(start)}" : Bounds.Always,
            until is { } end ? $"{subject} < {Moment(end)}" : Bounds.Always,
        ]);
    }

    private static string Moment(DateTimeOffset time) => new DateTimeValue(time.ToUnixTimeMilliseconds()).ToString();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
