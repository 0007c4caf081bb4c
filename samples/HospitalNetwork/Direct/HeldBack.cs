using System.Collections.Immutable;

namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>Which directly computed figures disclosure control must hold back, worked out without the library.</summary>
internal static class HeldBack
{
    /// <summary>Names the figures that may be released.</summary>
    /// <param name="direct">All figures of a computation.</param>
    /// <param name="minimum">Fewest patients that a figure may be about.</param>
    public static ImmutableArray<string> Rest(ImmutableArray<DirectFigure> direct, int minimum)
    {
        if (direct.Any(figure => figure.Name == "sum"))
        {
            return direct.First(figure => figure.Name == "n").Value < minimum ? [] : [.. direct.Select(figure => figure.Name)];
        }

        var left = direct.Where(figure => figure.Value >= minimum).ToList();
        double held = direct.Where(figure => figure.Value < minimum).Sum(figure => figure.Value);
        while (held > 0 && held < minimum && left.Count > 0)
        {
            DirectFigure smallest = left.MinBy(figure => figure.Value);
            left.Remove(smallest);
            held += smallest.Value;
        }

        return [.. left.Select(figure => figure.Name)];
    }
}
