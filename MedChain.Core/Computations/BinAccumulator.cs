using System.Collections.Immutable;

namespace MedChain.Core.Computations;

/// <summary>Counts values by bin; a value below the first bin or above the last belongs to that one.</summary>
internal sealed class BinAccumulator(Computation.BinCounts histogram) : Accumulator
{
    private static readonly Int128 EdgeUnit = ExactDecimal.PowerOfTen(ExactDecimal.FractionDigits - Computation.BinCounts.EdgeDigits);

    private readonly long[] _counts = new long[histogram.Bins];

    public override string? Add(PatientBundle bundle)
    {
        if (!MeasurementReader.TryRead(bundle, histogram.Measurement, out Int128? value, out string? reason))
        {
            return reason;
        }

        if (value is { } scaled)
        {
            Int128 above = scaled - (histogram.LowerUnits * EdgeUnit);
            Int128 bin = above < 0 ? 0 : above / (histogram.WidthUnits * EdgeUnit);
            _counts[(int)Int128.Min(bin, _counts.Length - 1)]++;
        }

        return null;
    }

    public override ImmutableArray<ComputationFigure> Finish() =>
    [
        .. _counts.Select((count, bin) =>
            ComputationFigure.Count(
                ExactDecimal.Format(histogram.LowerUnits + (bin * histogram.WidthUnits), Computation.BinCounts.EdgeDigits),
                count)),
    ];
}
