using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Input;

namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>Compares figures of a result with the same ones from elsewhere.</summary>
internal static class FigureComparer
{
    /// <summary>Allowed difference of two numbers, relative to the larger: doubles carry about 16 digits and lose some by adding.</summary>
    public const double Tolerance = 1e-9;

    // A result rounds to 12 decimals, so near zero a relative bound alone would ask for digits that were never released.
    private const double SmallestDifference = 1e-12;

    /// <summary>Says whether two numbers agree.</summary>
    public static bool Agree(double left, double right) =>
        Math.Abs(left - right) <= Math.Max(SmallestDifference, Tolerance * Math.Max(Math.Abs(left), Math.Abs(right)));

    /// <summary>Compares every figure that was released with the one computed directly. A figure that was held back is no
    /// difference.</summary>
    public static ImmutableArray<ComparedFigure> Compare(ComputationResult result, ImmutableArray<DirectFigure> direct)
    {
        Dictionary<string, double> expected = direct.ToDictionary(figure => figure.Name, figure => figure.Value, StringComparer.Ordinal);
        return
        [
            .. result.Figures.Select(figure => expected.TryGetValue(figure.Name, out double value)
                ? Compared(figure.Name, figure.Value, Number(figure), value, figure.IsCount)
                : new ComparedFigure(figure.Name, figure.Value, null, false)),
        ];
    }

    /// <summary>Compares a result with one figure of an oracle; <see langword="null"/> if the result does not have all it needs.</summary>
    public static ComparedFigure? Compare(ComputationResult result, OracleComparison comparison)
    {
        ComputationFigure?[] parts = [.. comparison.ResultFigures.Select(result.Find)];
        if (parts.Contains(null))
        {
            return null;
        }

        double sum = parts.Sum(part => Number(part!));
        double value = comparison.IsSquareRoot ? Math.Sqrt(sum) : sum;
        string text = parts.Length == 1 && !comparison.IsSquareRoot ? parts[0]!.Value : value.ToString(CultureInfo.InvariantCulture);
        return Compared(comparison.OracleFigure, text, value, comparison.Expected, parts.All(part => part!.IsCount));
    }

    private static ComparedFigure Compared(string name, string text, double value, double expected, bool isCount) =>
        new(name, text, expected, isCount ? value.Equals(expected) : Agree(value, expected));

    private static double Number(ComputationFigure figure) => double.Parse(figure.Value, CultureInfo.InvariantCulture);
}
