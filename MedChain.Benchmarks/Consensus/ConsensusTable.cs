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

    public static string Header(string first, bool durable)
    {
        string[] titles = [first, .. ColumnsFor(durable).Select(c => c.Title)];
        return $"| {string.Join(" | ", titles)} |\n|{string.Concat(titles.Select((_, i) => i == 0 ? "---|" : "---:|"))}";
    }

    /// <summary>One row: each figure is the median of that figure over the runs.</summary>
    public static string Row(string first, IReadOnlyList<ConsensusFigures> runs) =>
        $"| {first} | "
        + string.Join(" | ", ColumnsFor(runs[0].Flushes is not null).Select(c => Format(c.Format, Median.Of(runs, c.Figure))))
        + " |";

    private static IEnumerable<(string Title, string Format, Func<ConsensusFigures, double> Figure)> ColumnsFor(bool durable) =>
        durable ? Columns.Concat(FlushColumns) : Columns;

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
