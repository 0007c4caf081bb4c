using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Profile.Rules;
using MedChain.Core.Encoding;

namespace MedChain.Core.Fhir;

/// <summary>Reads the tree of a Consent's rules.</summary>
internal sealed class ProvisionReader(IConsentNames names)
{
    public const int MaxNesting = 8;
    public const int MaxProvisions = 64;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal, "id", "extension", "type", "period", "actor", "action", "securityLabel", "purpose", "class", "code",
        "dataPeriod", "data", "provision");

    private readonly ConditionReader _conditions = new(names);
    private int _count;

    public ImmutableArray<ConsentLimitation> Limitations => _conditions.Limitations;

    /// <summary>The rule around all others: every access.</summary>
    private static readonly Provision Everything = new(
        "", Permits: false, ImmutableSortedDictionary.Create<string, Bounds>(StringComparer.Ordinal),
        Bounds.Exactly(Bounds.Always), Bounds.Exactly(Bounds.Never),
        new Bounds("action in [Action::\"read\", Action::\"compute\"]", Bounds.Always), EmergencyAction: true, []);

    public Provision Read(JsonElement json, string path) => Read(json, path, "provision", Everything, 1);

    private Provision Read(JsonElement json, string path, string name, Provision outer, int depth)
    {
        if (depth > MaxNesting || ++_count > MaxProvisions)
        {
            throw new MalformedDataException(
                $"{path} is one rule too many: at most {MaxProvisions} rules, {MaxNesting} deep; split the consent.");
        }

        ConsentJson.RequireKnown(json, path, Known);
        bool permits = ConsentJson.Text(json, "type", path) switch
        {
            "permit" => true,
            "deny" => false,
            _ => throw new MalformedDataException($"{path}.type has to be 'permit' or 'deny'."),
        };
        if (json.TryGetProperty("extension", out _))
        {
            _conditions.Limit($"{path}.extension", "extensions are not read");
        }

        var rule = new Provision(
            name, permits, outer.Conditions.SetItems(_conditions.Read(json, path)), outer.Purpose, outer.Emergency, outer.Action,
            outer.EmergencyAction, []);
        if (_conditions.Purposes(json, path) is { } purposes)
        {
            rule = rule with { Purpose = purposes.Ordinary, Emergency = purposes.Emergency };
        }

        if (_conditions.Actions(json, path) is { } actions)
        {
            rule = rule with { Action = actions.Ordinary, EmergencyAction = actions.Emergency };
        }

        ImmutableArray<Provision>.Builder exceptions = ImmutableArray.CreateBuilder<Provision>();
        foreach ((JsonElement inner, string place) in ConsentJson.Items(json, "provision", path))
        {
            string innerName = string.Create(CultureInfo.InvariantCulture, $"{name}-{exceptions.Count}");
            exceptions.Add(Read(inner, place, innerName, rule, depth + 1));
        }

        return rule with { Exceptions = exceptions.DrainToImmutable() };
    }
}
