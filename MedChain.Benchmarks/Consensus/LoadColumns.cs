using System.Globalization;

namespace MedChain.Benchmarks.Consensus;

/// <summary>The columns that say which load a row is of.</summary>
internal static class LoadColumns
{
    public const string Titles = "n | W | payload B | storage | client signatures | outstanding";

    public const string Rule = "---:|---:|---:|---|---|---:|";

    public static string Of(ConsensusLoad load) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load.Validators} | {load.Limits.Window} | {load.PayloadBytes} | {Name(load.Storage)} | {Name(load.Signatures)} "
        + $"| {load.Outstanding}");

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
