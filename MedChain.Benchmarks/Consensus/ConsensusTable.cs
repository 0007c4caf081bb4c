using System.Globalization;
using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.Consensus;

/// <summary>The figures as a Markdown table, one row for each run or for the median of several.</summary>
internal static class ConsensusTable
{
    private static readonly (string Title, string Format, Func<ConsensusFigures, double> Figure)[] Columns =
    [
        ("tx/s", "N0", f => f.PerSecond),
        ("CPU us/tx", "N1", f => f.CpuMicroseconds),
        ("B/tx", "N0", f => f.AllocatedBytes),
        ("p50 ms", "N2", f => f.Latencies.PercentileMilliseconds(0.50)),
        ("p95 ms", "N2", f => f.Latencies.PercentileMilliseconds(0.95)),
        ("p99 ms", "N2", f => f.Latencies.PercentileMilliseconds(0.99)),
        ("blocks", "N0", f => f.Blocks),
        ("tx/block", "N1", f => f.TransactionsPerBlock),
        ("cores", "N2", f => f.Cores),
        ("GC pause", "P1", f => f.GcPauseShare),
        ("full GCs", "N0", f => f.Use.FullCollections),
        ("view", "N0", f => f.Views),
        ("dropped", "N0", f => f.DroppedMessages),
    ];

    private static readonly (string Title, string Format, Func<ConsensusFigures, double> Figure)[] FlushColumns =
    [
        ("flush p50 ms", "N3", f => f.Flushes!.PercentileMilliseconds(0.50)),
        ("flush p99 ms", "N3", f => f.Flushes!.PercentileMilliseconds(0.99)),
    ];

    public static string Header()
    {
        string[] titles = [.. Columns.Select(c => c.Title), .. FlushColumns.Select(c => c.Title)];
        return $"| {LoadColumns.Titles} | run | {string.Join(" | ", titles)} |\n"
            + $"|{LoadColumns.Rule}---|{string.Concat(titles.Select(_ => "---:|"))}";
    }

    /// <summary>One row: each figure is the median of that figure over the runs.</summary>
    public static string Row(ConsensusLoad load, string run, IReadOnlyList<ConsensusFigures> runs)
    {
        IEnumerable<string> figures = Columns.Select(c => Format(c.Format, Median.Of(runs, c.Figure)));
        IEnumerable<string> flushes = FlushColumns.Select(
            c => runs[0].Flushes is null ? "" : Format(c.Format, Median.Of(runs, c.Figure)));
        return $"| {LoadColumns.Of(load)} | {run} | {string.Join(" | ", figures.Concat(flushes))} |";
    }

    private static string Format(string format, double value) =>
        double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
}
