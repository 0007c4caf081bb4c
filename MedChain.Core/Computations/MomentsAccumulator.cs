using System.Collections.Immutable;
using System.Numerics;

namespace MedChain.Core.Computations;

/// <summary>Exact n, Σx and Σx², and from them the mean and the sample variance as rationals, rounded once at the end.</summary>
internal sealed class MomentsAccumulator(Measurement measurement) : Accumulator
{
    /// <summary>Fractional digits of a released mean and variance.</summary>
    public const int ResultDigits = 12;

    private long _count;
    private BigInteger _sum;
    private BigInteger _sumOfSquares;

    public override string? Add(PatientBundle bundle)
    {
        if (!MeasurementReader.TryRead(bundle, measurement, out Int128? value, out string? reason))
        {
            return reason;
        }

        if (value is { } scaled)
        {
            BigInteger x = scaled;
            _count++;
            _sum += x;
            _sumOfSquares += x * x;
        }

        return null;
    }

    public override ImmutableArray<ComputationFigure> Finish()
    {
        ImmutableArray<ComputationFigure>.Builder figures = ImmutableArray.CreateBuilder<ComputationFigure>(4);
        figures.Add(ComputationFigure.Count("n", _count));
        figures.Add(ComputationFigure.Amount("sum", ExactDecimal.Format(_sum, ExactDecimal.FractionDigits)));
        if (_count >= 1)
        {
            // Σx is in units of 10^-18, the mean in units of 10^-12.
            BigInteger unit = BigInteger.Pow(10, ExactDecimal.FractionDigits - ResultDigits);
            figures.Add(Rounded("mean", _sum, _count * unit));
        }

        if (_count >= 2)
        {
            // (n Σx² - (Σx)²) / (n (n - 1)), where squares are in units of 10^-36.
            BigInteger unit = BigInteger.Pow(10, (2 * ExactDecimal.FractionDigits) - ResultDigits);
            figures.Add(Rounded("variance", (_count * _sumOfSquares) - (_sum * _sum), _count * (_count - BigInteger.One) * unit));
        }

        return figures.DrainToImmutable();
    }

    private static ComputationFigure Rounded(string name, BigInteger numerator, BigInteger denominator) =>
        ComputationFigure.Amount(name, ExactDecimal.Format(ExactDecimal.DivideHalfEven(numerator, denominator), ResultDigits));
}
