using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Input;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class FigureComparerTests
{
    private static readonly ComputationResult Result = new(
        default, 9, [ComputationFigure.Count("n", 9), ComputationFigure.Count("m", 4), ComputationFigure.Amount("variance", "6.25")]);

    [TestCase(1, 1.0000000005, true)]
    [TestCase(1, 1.000000002, false)]
    [TestCase(-1e12, -1e12 - 100, true)]
    [TestCase(1e-13, 0, true)]
    [TestCase(1e-11, 0, false)]
    [TestCase(double.NaN, 1, false)]
    public void Numbers_agree_to_nine_digits(double left, double right, bool agree) =>
        Assert.That(FigureComparer.Agree(left, right), Is.EqualTo(agree));

    [Test]
    public void Counts_agree_only_when_equal()
    {
        ComparedFigure[] figures =
            [.. FigureComparer.Compare(Result, [new("n", 9), new("m", 4.0000000001), new("variance", 6.2500000001)])];
        Assert.That(figures.Select(figure => figure.Agrees), Is.EqualTo([true, false, true]));
    }

    [Test]
    public void Released_figure_that_nobody_expects_does_not_agree() =>
        Assert.That(FigureComparer.Compare(Result, []).Select(figure => figure.Agrees), Has.All.False);

    [Test]
    public void Oracle_figure_may_be_a_sum_or_a_square_root_of_released_ones()
    {
        Computation any = Computation.CountPatients();
        Assert.That(FigureComparer.Compare(Result, new OracleComparison("a", 13, any, ["n", "m"])), Has.Property("Agrees").True);
        Assert.That(FigureComparer.Compare(Result, new OracleComparison("a", 14, any, ["n", "m"])), Has.Property("Agrees").False);
        Assert.That(
            FigureComparer.Compare(Result, new OracleComparison("a", 2.5, any, ["variance"], IsSquareRoot: true)),
            Has.Property("Agrees").True);
        Assert.That(FigureComparer.Compare(Result, new OracleComparison("a", 1, any, ["held back"])), Is.Null);
    }
}
