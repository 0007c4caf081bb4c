using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile;

/// <summary>The sensitivity labels of records that have a meaning here: HL7 v3 Confidentiality and InformationSensitivityPolicy. Chains may
/// use others; those stand alone.</summary>
/// <remarks>Sensitivities are a tree: who names "BH" means "PSY" and all others below it too. Confidentiality codes are levels and no
/// tree.</remarks>
public static class SensitivityLabels
{
    private static readonly Dictionary<string, MedicalTerm> Terms =
        MedicalVocabulary.Labels.ToDictionary(term => term.Code, StringComparer.Ordinal);

    /// <summary>Gets the codes in their order: the levels of confidentiality from U to V, then the sensitivities.</summary>
    public static ImmutableArray<string> All { get; } = [.. MedicalVocabulary.Labels.Select(term => term.Code)];

    /// <summary>Says in plain words what a label is.</summary>
    /// <param name="label">The label.</param>
    /// <returns>The words; <see langword="null"/> for a label that is not of the vocabulary.</returns>
    public static string? WordsFor(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return Terms.GetValueOrDefault(label)?.Words;
    }

    /// <summary>Adds to labels those that stand above them.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>All of them, each once, in ordinal order.</returns>
    internal static ImmutableArray<string> WithAncestors(ImmutableArray<string> labels)
    {
        // Most labels have none above them.
        if (!labels.Any(label => Terms.GetValueOrDefault(label)?.Parent is not null))
        {
            return labels;
        }

        var all = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string label in labels)
        {
            for (string? at = label; at is not null; at = Terms.GetValueOrDefault(at)?.Parent)
            {
                all.Add(at);
            }
        }

        return [.. all];
    }
}
