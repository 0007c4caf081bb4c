using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Guesses what a wrong name was meant to be.</summary>
internal static class Suggestions
{
    /// <summary>Longer names are not compared, so that a hostile text costs no more than a name.</summary>
    private const int LongestName = 64;

    /// <summary>A sentence with the known name that is nearest to a wrong one, with a space before it; empty when none is near.</summary>
    public static string For(string wrong, IEnumerable<string> known)
    {
        string? best = Nearest(wrong, known);
        return best is null ? "" : $" Did you mean \"{Quoting.Shorten(best)}\"?";
    }

    /// <summary>The known name that takes the fewest changes of characters; the first in ordinal order of several.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length is 0 or > LongestName)
        {
            return null;
        }

        string? best = null;
        int fewest = Math.Max(1, wrong.Length / 3) + 1;
        foreach (string name in known.Where(name => name.Length is > 0 and <= LongestName).Order(StringComparer.Ordinal))
        {
            int changes = Math.Abs(name.Length - wrong.Length) < fewest ? Distance(wrong, name) : fewest;
            if (changes < fewest)
            {
                (best, fewest) = (name, changes);
            }
        }

        return best;
    }

    /// <summary>Fewest insertions, removals, replacements and swaps of neighbours (optimal string alignment); capitals count as small
    /// letters.</summary>
    private static int Distance(string from, string to)
    {
        int[][] changes = [.. Enumerable.Range(0, from.Length + 1).Select(_ => new int[to.Length + 1])];
        bool Same(int i, int j) => char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]);
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    changes[i][j] = i + j;
                    continue;
                }

                int fewest = Math.Min(changes[i - 1][j], changes[i][j - 1]) + 1;
                fewest = Math.Min(fewest, changes[i - 1][j - 1] + (Same(i, j) ? 0 : 1));
                bool isSwap = i > 1 && j > 1 && Same(i, j - 1) && Same(i - 1, j);
                changes[i][j] = isSwap ? Math.Min(fewest, changes[i - 2][j - 2] + 1) : fewest;
            }
        }

        return changes[from.Length][to.Length];
    }
}
