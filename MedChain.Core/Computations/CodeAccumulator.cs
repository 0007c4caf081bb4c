using System.Collections.Immutable;
using System.Text.Json;

namespace MedChain.Core.Computations;

/// <summary>Counts patients by the code of the last coded value of an observation.</summary>
internal sealed class CodeAccumulator(string code) : Accumulator
{
    /// <summary>Most codes that a result names; the patients of all others are counted together.</summary>
    public const int MaxCodes = 200;

    /// <summary>Name of the figure of all other codes. No code has parentheses.</summary>
    public const string Others = "(other)";

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public override string? Add(PatientBundle bundle)
    {
        JsonElement last = bundle.LastObservation(code, HasCodedValue);
        if (!TryGetCode(last, out string value))
        {
            return null;
        }

        if (!ClinicalCode.IsValid(value))
        {
            return $"The last value of {code} has a code of {value.Length} characters that is none of a terminology.";
        }

        _counts[value] = _counts.GetValueOrDefault(value) + 1;
        return null;
    }

    public override ImmutableArray<ComputationFigure> Finish()
    {
        // The most frequent codes are named, and equal ones by their text: the choice cannot depend on the order of patients.
        KeyValuePair<string, long>[] ranked =
            [.. _counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        IEnumerable<ComputationFigure> named = ranked.Take(MaxCodes)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => ComputationFigure.Count(pair.Key, pair.Value));
        return ranked.Length <= MaxCodes
            ? [.. named]
            : [.. named, ComputationFigure.Count(Others, ranked.Skip(MaxCodes).Sum(pair => pair.Value))];
    }

    private static bool HasCodedValue(JsonElement observation) => TryGetCode(observation, out _);

    private static bool TryGetCode(JsonElement observation, out string value)
    {
        value = observation.ValueKind == JsonValueKind.Object
            && PatientBundle.TryGetObject(observation, "valueCodeableConcept"u8, out JsonElement concept)
            && PatientBundle.TryGetFirstCoding(concept, out JsonElement coding)
                ? PatientBundle.Text(coding, "code"u8)
                : "";
        return value.Length > 0;
    }
}
