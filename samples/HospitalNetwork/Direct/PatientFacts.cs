using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>What the figures need of one patient, read once from her input.</summary>
internal sealed class PatientFacts
{
    private readonly HashSet<string> _conditions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Finding>> _findings = new(StringComparer.Ordinal);

    public string Gender { get; private set; } = "unknown";

    public static PatientFacts Read(Input.PatientInput patient)
    {
        var facts = new PatientFacts();
        facts.ReadBundle(patient.Clinical);
        if (patient.Laboratory is not null)
        {
            facts.ReadBundle(patient.Laboratory);
        }

        foreach (List<Finding> findings in facts._findings.Values)
        {
            // Stable, so that of two findings with the same key the later in the input is the last.
            Finding[] ordered = [.. findings.OrderBy(f => f.Time, StringComparer.Ordinal).ThenBy(f => f.Id, StringComparer.Ordinal)];
            findings.Clear();
            findings.AddRange(ordered);
        }

        return facts;
    }

    public bool Has(string condition) => _conditions.Contains(condition);

    public double? LastNumber(string code) => Last(code, finding => finding.Number is not null)?.Number;

    public double? LastNumber(string code, string component) =>
        Last(code, _ => true) is { } panel && panel.Components.TryGetValue(component, out double value) ? value : null;

    public string? LastCode(string code) => Last(code, finding => finding.Code is not null)?.Code;

    private static bool IsMistake(JsonElement resource) =>
        Text(resource, "status") == "entered-in-error" || FirstCode(Property(resource, "verificationStatus")) == "entered-in-error";

    /// <summary>Gets a property, or an undefined element if there is none: what follows then finds nothing either.</summary>
    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    private static JsonElement[] Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [];

    private static string Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() ?? "" : "";

    private static string? FirstCode(JsonElement concept) =>
        Text(Items(Property(concept, "coding")).FirstOrDefault(), "code") is { Length: > 0 } code ? code : null;

    private static double? Quantity(JsonElement element) =>
        Property(Property(element, "valueQuantity"), "value") is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private Finding? Last(string code, Func<Finding, bool> counts) =>
        _findings.TryGetValue(code, out List<Finding>? findings) ? findings.LastOrDefault(counts) : null;

    private void ReadBundle(byte[] utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        foreach (JsonElement entry in Items(Property(document.RootElement, "entry")))
        {
            JsonElement resource = Property(entry, "resource");
            if (IsMistake(resource))
            {
                continue;
            }

            string? code = FirstCode(Property(resource, "code"));
            switch (Text(resource, "resourceType"))
            {
                case "Patient":
                    Gender = Text(resource, "gender") is { Length: > 0 } gender ? gender : Gender;
                    break;
                case "Condition" when code is not null:
                    _conditions.Add(code);
                    break;
                case "Observation" when code is not null:
                    AddFinding(code, resource);
                    break;
                default:
                    break;
            }
        }
    }

    private void AddFinding(string code, JsonElement observation)
    {
        var components = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (JsonElement part in Items(Property(observation, "component")))
        {
            if (FirstCode(Property(part, "code")) is { } component && Quantity(part) is { } value)
            {
                components.TryAdd(component, value);
            }
        }

        var finding = new Finding(
            Text(observation, "effectiveDateTime"),
            Text(observation, "id"),
            Quantity(observation),
            FirstCode(Property(observation, "valueCodeableConcept")),
            components);
        if (!_findings.TryGetValue(code, out List<Finding>? findings))
        {
            _findings[code] = findings = [];
        }

        findings.Add(finding);
    }

    private sealed record Finding(string Time, string Id, double? Number, string? Code, Dictionary<string, double> Components);
}
