using CsCheck;
using MedChain.Core.Computations;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Computations;

[TestFixture]
public sealed class ComputationTests
{
    private static readonly Computation[] Members =
    [
        Computation.CountPatients(),
        Computation.CountCondition("38341003"),
        Computation.Mean("39156-5"),
        Computation.Mean("55284-4", "8480-6"),
        Computation.Histogram("39156-5", 10, 5, 10),
        Computation.Histogram("4548-4", -2.5m, 0.000001m, 200),
        Computation.CountByCode("72166-2"),
        Computation.CountByGenderAndCondition("38341003"),
    ];

    [TestCaseSource(nameof(Members))]
    public void Computation_survives_its_encoding(Computation computation) =>
        Assert.That(Canonical.Decode<Computation>(Canonical.Encode(computation)), Is.EqualTo(computation));

    [Test]
    public void Different_computations_have_different_digests() =>
        Assert.That(Members.Select(member => member.Digest).Distinct().Count(), Is.EqualTo(Members.Length));

    [Test]
    public void Measurements_are_read_from_the_laboratory_record_and_conditions_from_the_clinical_one() =>
        Assert.That(
            Members.Select(member => $"{member.Operation} {member.Category}"),
            Is.EqualTo(
            [
                "count clinical", "count clinical", "mean laboratory", "mean laboratory",
                "histogram laboratory", "histogram laboratory", "count laboratory", "count clinical",
            ]));

    [Test]
    public void Computation_says_itself_in_words() =>
        Assert.That(
            Members.Select(member => member.ToString()),
            Is.EqualTo(
            [
                "number of patients",
                "number of patients with condition 38341003",
                "mean of 39156-5",
                "mean of 55284-4/8480-6",
                "histogram of 39156-5 in 10 bins of 5 from 10",
                "histogram of 4548-4 in 200 bins of 0.000001 from -2.5",
                "number of patients by value of 72166-2",
                "number of patients by gender and condition 38341003",
            ]));

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a|b")]
    [TestCase("é")]
    [TestCase("\0")]
    public void Code_of_other_characters_is_refused(string code)
    {
        Assert.That(() => Computation.CountCondition(code), Throws.ArgumentException);
        Assert.That(() => Computation.Mean("39156-5", code), Throws.ArgumentException);
        Assert.That(() => Computation.CountByCode(code), Throws.ArgumentException);
        Assert.That(() => Computation.CountByGenderAndCondition(code), Throws.ArgumentException);
    }

    [Test]
    public void Code_of_65_characters_is_refused() =>
        Assert.That(() => Computation.Mean(new string('1', 65)), Throws.ArgumentException.With.Message.Contains("64"));

    [TestCase(10, 0, 10)]
    [TestCase(10, -1, 10)]
    [TestCase(10, 5, 1)]
    [TestCase(10, 5, 201)]
    [TestCase(1_000_000_001, 5, 10)]
    [TestCase(0.0000001, 5, 10)]
    [TestCase(10, 1_000_000_001, 10)]
    public void Histogram_outside_its_limits_is_refused(decimal lower, decimal width, int bins) =>
        Assert.That(() => Computation.Histogram("39156-5", lower, width, bins), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Bytes_that_are_no_computation_are_refused_with_a_reason() => Gen.Byte.Array[0, 40].Sample(bytes =>
        Canonical.TryDecode(bytes, out Computation? decoded, out string? reason)
            ? Canonical.Encode(decoded).AsSpan().SequenceEqual(bytes)
            : reason!.Length > 0);

    [Test]
    public void Computation_that_claims_another_number_of_elements_is_refused([Range(0, 6)] int elements)
    {
        byte[] bytes = Canonical.Encode(Computation.CountCondition("38341003"));
        bytes[0] = (byte)(0x90 | elements);
        Assert.That(Canonical.TryDecode(bytes, out Computation? _, out _), Is.EqualTo(elements == 2));
    }

    [Test]
    public void Damaged_computation_is_refused_or_another_one() =>
        Gen.Select(Gen.OneOf(Members), Gen.Int[0, 60], Gen.Byte).Sample((computation, at, value) =>
        {
            byte[] bytes = Canonical.Encode(computation);
            bytes[at % bytes.Length] = value;
            return !Canonical.TryDecode(bytes, out Computation? decoded, out _) || Canonical.Encode(decoded).AsSpan().SequenceEqual(bytes);
        });

    [Test]
    public void Result_survives_its_encoding()
    {
        var result = new ComputationResult(
            Computation.CountPatients().Digest, 12, [ComputationFigure.Count("n", 12), ComputationFigure.Amount("mean", "-1.5")]);

        ComputationResult decoded = Canonical.Decode<ComputationResult>(Canonical.Encode(result));

        Assert.That(decoded, Is.EqualTo(result));
        Assert.That(decoded.Figures, Is.EqualTo(result.Figures));
        Assert.That(decoded.Find("mean")?.Value, Is.EqualTo("-1.5"));
        Assert.That(decoded.Find("sum"), Is.Null);
    }

    [Test]
    public void Result_depends_on_all_its_parts()
    {
        Digest count = Computation.CountPatients().Digest;
        ComputationResult[] results =
        [
            new(count, 1, [ComputationFigure.Count("n", 1)]),
            new(default, 1, [ComputationFigure.Count("n", 1)]),
            new(count, 2, [ComputationFigure.Count("n", 1)]),
            new(count, 1, [ComputationFigure.Count("m", 1)]),
            new(count, 1, [ComputationFigure.Count("n", 2)]),
            new(count, 1, [ComputationFigure.Amount("n", "1")]),
            new(count, 1, []),
        ];
        Assert.That(results.Select(result => result.Digest).Distinct().Count(), Is.EqualTo(results.Length));
    }

    [Test]
    public void Figure_in_another_form_is_refused()
    {
        Assert.That(() => ComputationFigure.Amount("x", "1.0"), Throws.ArgumentException);
        Assert.That(() => ComputationFigure.Amount("", "1"), Throws.ArgumentException);
        Assert.That(() => ComputationFigure.Amount("a\n", "1"), Throws.ArgumentException);
        Assert.That(() => ComputationFigure.Amount(new string('a', 97), "1"), Throws.ArgumentException);
        Assert.That(() => ComputationFigure.Count("n", -1), Throws.ArgumentException);
    }

    [Test]
    public void Result_with_two_figures_of_one_name_is_refused() =>
        Assert.That(
            () => new ComputationResult(default, 1, [ComputationFigure.Count("n", 1), ComputationFigure.Count("n", 2)]),
            Throws.ArgumentException.With.Message.Contains("'n'"));

    [Test]
    public void Result_with_too_many_figures_or_a_negative_cohort_is_refused()
    {
        Assert.That(() => new ComputationResult(default, -1, []), Throws.ArgumentException);
        Assert.That(() => new ComputationResult(default, 1, default), Throws.ArgumentException);
        Assert.That(
            () => new ComputationResult(default, 1, [.. Enumerable.Range(0, 513).Select(i => ComputationFigure.Count($"{i}", 1))]),
            Throws.ArgumentException.With.Message.Contains("512"));
    }
}
