using System.Text;
using MedChain.Core.Encoding;

namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>Writes a tree of rules as Cedar. Every deny is a forbid, except where a permit somewhere inside it applies; every permit is a
/// permit. Since a forbid wins, an exception inside an exception needs nothing more.</summary>
internal sealed class ProvisionPolicies(EntityUid patient, string? consent)
{
    private readonly StringBuilder _text = new();

    public string Write(Provision root)
    {
        Add(root);
        return _text.ToString();
    }

    private void Add(Provision rule)
    {
        if (rule.Permits)
        {
            string consumes = rule.Consumes ? "@consume(\"grant.uses\") " : "";
            AddPolicy(rule.Name, $"{consumes}@audit({new StringValue(rule.Audit)}) ", "permit", Ordinary(rule), []);
            AddPolicy(
                $"{rule.Name}-emergency",
                $"{consumes}@audit(\"break-glass; notify=patient; review-within=72h\") ",
                "permit",
                Emergency(rule),
                []);
        }
        else
        {
            string applies = Bounds.All([.. rule.Conditions.Values.Select(c => c.Wide), rule.Purpose.Wide, rule.Action.Wide]);
            AddPolicy(rule.Name, "", "forbid", applies, Permits(rule).SelectMany(inner => new[] { Ordinary(inner), Emergency(inner) }));
        }

        foreach (Provision exception in rule.Exceptions)
        {
            Add(exception);
        }
    }

    private static IEnumerable<Provision> Permits(Provision rule) =>
        rule.Exceptions.SelectMany(inner => inner.Permits ? Permits(inner).Prepend(inner) : Permits(inner));

    private static string Ordinary(Provision rule) =>
        Bounds.All([rule.Action.Narrow, rule.Purpose.Narrow, .. rule.Conditions.Values.Select(c => c.Narrow), rule.Allowance]);

    /// <summary>Emergency access is as the template of break-glass has it: with a reason, and with no review open.</summary>
    private static string Emergency(Provision rule) => Bounds.All(
    [
        rule.EmergencyAction ? "action == Action::\"breakGlass\" && principal is Clinician && principal.openReviews == 0" : Bounds.Never,
        "context has justification && context.justification != \"\"", rule.Emergency.Narrow,
        .. rule.Conditions.Values.Select(c => c.Narrow), rule.Allowance,
    ]);

    private void AddPolicy(string name, string annotations, string effect, string condition, IEnumerable<string> exceptions)
    {
        if (condition == Bounds.Never)
        {
            return;
        }

        string document = consent is null ? "" : $"@consent({new StringValue($"Consent/{consent}")}) ";
        string applies = Bounds.All([$"resource.patient == {patient}", condition]);
        _text.Append(null, $"@id({new StringValue(name)}) {document}{annotations}\n");
        _text.Append(null, $"{effect} (principal, action, resource)\nwhen {{ {applies} }}");
        foreach (string exception in exceptions.Where(e => e != Bounds.Never))
        {
            _text.Append(null, $"\nunless {{ {exception} }}");
            RequireRoom();
        }

        _text.Append(";\n\n");
        RequireRoom();
    }

    /// <summary>Stops early: what rules inherit can make a long text of a short consent.</summary>
    private void RequireRoom()
    {
        int limit = ContractVmOptions.Default.MaxTextBytes;
        if (_text.Length > limit)
        {
            throw new MalformedDataException($"As policies the rules are longer than {limit} bytes; split them, or name less in them.");
        }
    }
}
