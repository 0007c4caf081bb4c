using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>A <c>like</c> pattern: texts with a wildcard, any number of any characters, between each two.</summary>
internal sealed class Pattern(ImmutableArray<string> parts)
{
    /// <summary>Gets the texts between the wildcards: at least one, and one more than there are wildcards.</summary>
    public ImmutableArray<string> Parts { get; } = parts;

    /// <summary>Says whether a whole text matches. The leftmost place for each part in turn is enough, so nothing is tried twice.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        string first = Parts[0];
        if (Parts.Length == 1)
        {
            return text.SequenceEqual(first);
        }

        string last = Parts[^1];
        if (text.Length < first.Length + last.Length || !text.StartsWith(first, StringComparison.Ordinal)
            || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        text = text[first.Length..^last.Length];
        for (int i = 1; i < Parts.Length - 1; i++)
        {
            int at = text.IndexOf(Parts[i], StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + Parts[i].Length)..];
        }

        return true;
    }
}
