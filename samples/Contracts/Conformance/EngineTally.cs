using System.Text.Json;
using MedChain.Core.Contracts;

namespace MedChain.Samples.Contracts.Conformance;

/// <summary>Compares the decisions of one engine with those of Cedar.</summary>
internal sealed class EngineTally(string engine)
{
    private readonly Tally _decisions = new($"{engine} decision");
    private readonly Tally _reasons = new($"{engine} reasons");
    private readonly Tally _errors = new($"{engine} errors");

    public IReadOnlyList<Tally> Tallies => [_decisions, _reasons, _errors];

    public void Add(string place, JsonElement request, Decision decision)
    {
        _decisions.Add(place, request.GetProperty("decision").GetString() ?? "nothing", decision.Allowed ? "allow" : "deny");
        _reasons.Add(place, Sorted(request, "reason"), Sorted(decision.Reasons));
        _errors.Add(place, Sorted(request, "errors"), Sorted(decision.Errors.Select(error => error.PolicyId)));
    }

    private static string Sorted(JsonElement request, string property) =>
        Sorted(request.GetProperty(property).EnumerateArray().Select(text => text.GetString() ?? ""));

    private static string Sorted(IEnumerable<string> names) => $"[{string.Join(", ", names.Order(StringComparer.Ordinal))}]";
}
