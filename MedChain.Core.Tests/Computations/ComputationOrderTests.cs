using System.Numerics;
using CsCheck;
using MedChain.Core.Computations;
using NUnit.Framework;
using static MedChain.Core.Tests.Computations.Bundles;

namespace MedChain.Core.Tests.Computations;

[TestFixture]
public sealed class ComputationOrderTests
{
    private static readonly Computation[] Computations =
    [
        Computation.Mean(Bmi),
        Computation.Histogram(Bmi, -50, 10, 12),
        Computation.CountByCode(Smoking),
        Computation.CountByGenderAndCondition(Hypertension),
        Computation.CountCondition(Hypertension),
        Computation.CountPatients(),
    ];

    private static readonly Gen<ReadOnlyMemory<byte>> Patients =
        Gen.Select(Gen.Decimal[-100, 100], Gen.OneOf("male", "female"), Gen.Int[0, 4], Gen.Bool, Gen.Bool)
            .Select((value, gender, code, measured, ill) => Of(
            [
                Patient(gender),
                .. measured ? [Bmis(Invariant(value))] : Array.Empty<string>(),
                Coded($"code-{code}"),
                .. ill ? [Condition(Hypertension)] : Array.Empty<string>(),
            ]));

    [Test]
    public void Order_of_patients_changes_no_digest() =>
        Gen.Select(Gen.OneOf(Computations), Patients.Array[0, 12].SelectMany(all => Gen.Shuffle(all).Select(mixed => (all, mixed))))
            .Sample((computation, orders) => Run(computation, orders.all).Digest == Run(computation, orders.mixed).Digest);

    [Test]
    public void Moments_are_the_exact_rationals() => Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Array[2, 12].Sample(thousandths =>
    {
        ComputationResult result = Run(Computation.Mean(Bmi), thousandths.Select(t => Of(Bmis($"{t}e-3"))));

        // In units of 10^-3, without any common factor taken out: the definition, not the engine's formula.
        int n = thousandths.Length;
        BigInteger sum = thousandths.Aggregate(BigInteger.Zero, (total, t) => total + t);
        BigInteger squares = thousandths.Aggregate(BigInteger.Zero, (total, t) => total + BigInteger.Pow((n * (BigInteger)t) - sum, 2));
        return IsNearest(result.Find("mean")!.Value, sum, n * BigInteger.Pow(10, 3))
            && IsNearest(result.Find("variance")!.Value, squares, (BigInteger)n * n * (n - 1) * BigInteger.Pow(10, 6));
    });

    private static bool IsNearest(string text, BigInteger numerator, BigInteger denominator)
    {
        string[] parts = text.Split('.');
        var twelfths = BigInteger.Parse(parts[0] + (parts.Length > 1 ? parts[1] : "").PadRight(12, '0'));
        BigInteger error = BigInteger.Abs((twelfths * denominator) - (numerator * BigInteger.Pow(10, 12)));
        return 2 * error < denominator || (2 * error == denominator && twelfths.IsEven);
    }

    private static ComputationResult Run(Computation computation, IEnumerable<ReadOnlyMemory<byte>> bundles)
    {
        var engine = new ComputationEngine(computation);
        foreach (ReadOnlyMemory<byte> bundle in bundles)
        {
            if (!engine.TryAdd(bundle, out string? reason))
            {
                throw new InvalidOperationException(reason);
            }
        }

        return engine.Finish();
    }
}
