namespace MedChain.Benchmarks.Measuring;

/// <summary>The middle of several runs: other work on the machine makes some of them slow, and none of them fast.</summary>
internal static class Median
{
    /// <summary>The median of a figure; of an even number of runs, the lower of the two in the middle.</summary>
    public static double Of<T>(IReadOnlyList<T> runs, Func<T, double> figure)
    {
        double[] sorted = [.. runs.Select(figure).Order()];
        return sorted[(sorted.Length - 1) / 2];
    }
}
