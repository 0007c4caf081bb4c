using System.Collections.Immutable;
using System.Globalization;

namespace MedChain.Core.Computations;

/// <summary>Holds back what is about too few patients, before a result leaves its executors. Exact and in a fixed order, so that all of
/// them hold back the same.</summary>
/// <remarks>The counts of one result are of disjoint groups of its cohort, whose size is released. A count below the minimum is held back,
/// also zero. When all that was held back comes to fewer patients than the minimum, the smallest count that is left goes too, and so on:
/// else who knows the total would know the sum of a small group. Sums and means are about the patients that the result's counts say; when
/// one of these is too small nothing is released.</remarks>
internal static class DisclosureControl
{
    /// <summary>Applies the control.</summary>
    /// <param name="result">What was computed.</param>
    /// <param name="minimum">Fewest patients of a figure, at least 1.</param>
    /// <returns>What may be released, and the report.</returns>
    public static (ComputationResult Released, DisclosureReport Report) Apply(ComputationResult result, long minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 1);
        ImmutableArray<ComputationFigure> figures = result.Figures;
        bool[] isSmall = [.. figures.Select(f => f.IsCount && CountOf(f) < minimum)];
        bool hasAmounts = figures.Any(f => !f.IsCount);
        if (result.CohortSize < minimum || (hasAmounts && isSmall.Contains(true)))
        {
            return (
                new ComputationResult(result.Computation, result.CohortSize, []),
                new DisclosureReport(minimum, figures.Length, figures.Length, 0));
        }

        bool[] isHeld = [.. isSmall];
        long held = figures.Where((_, i) => isHeld[i]).Sum(CountOf);
        while (held > 0 && held < minimum && SmallestLeft(figures, isHeld) is >= 0 and var next)
        {
            isHeld[next] = true;
            held += CountOf(figures[next]);
        }

        int small = isSmall.Count(s => s);
        return (
            new ComputationResult(result.Computation, result.CohortSize, [.. figures.Where((_, i) => !isHeld[i])]),
            new DisclosureReport(minimum, figures.Length, small, isHeld.Count(h => h) - small));
    }

    /// <summary>The place of the smallest count that is not held back, the first of equal ones; −1 for none.</summary>
    private static int SmallestLeft(ImmutableArray<ComputationFigure> figures, bool[] isHeld) => Enumerable.Range(0, figures.Length)
        .Where(i => !isHeld[i] && figures[i].IsCount)
        .OrderBy(i => CountOf(figures[i]))
        .FirstOrDefault(-1);

    private static long CountOf(ComputationFigure figure) => long.Parse(figure.Value, CultureInfo.InvariantCulture);
}
