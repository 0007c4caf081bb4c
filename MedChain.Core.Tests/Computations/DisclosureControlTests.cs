using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using MedChain.Core.Computations;
using NUnit.Framework;

namespace MedChain.Core.Tests.Computations;

[TestFixture]
public sealed class DisclosureControlTests
{
    [Test]
    public void Small_counts_are_held_back_with_those_from_which_they_would_follow()
    {
        (ComputationResult released, DisclosureReport report) = DisclosureControl.Apply(Counts(3, 40, 7, 0), 5);
        Assert.That(released.Figures.Select(f => f.ToString()), Is.EqualTo(["b1 = 40"]));
        Assert.That(report, Is.EqualTo(new DisclosureReport(5, 4, 2, 1)));
    }

    [Test]
    public void Small_counts_that_come_to_the_minimum_together_hold_nothing_else_back()
    {
        (ComputationResult released, DisclosureReport report) = DisclosureControl.Apply(Counts(3, 40, 7, 2), 5);
        Assert.That(released.Figures, Has.Length.EqualTo(2));
        Assert.That(report, Is.EqualTo(new DisclosureReport(5, 4, 2, 0)));
    }

    [TestCase(4, true)]
    [TestCase(5, false)]
    public void Amounts_go_with_the_count_they_are_about(int n, bool isEmpty)
    {
        var result = new ComputationResult(default, 90, [ComputationFigure.Count("n", n), ComputationFigure.Amount("mean", "1.5")]);
        Assert.That(DisclosureControl.Apply(result, 5).Report.IsEmpty, Is.EqualTo(isEmpty));
    }

    [Test]
    public void Nothing_is_released_about_a_cohort_below_the_minimum() =>
        Assert.That(DisclosureControl.Apply(new ComputationResult(default, 4, [ComputationFigure.Count("patients", 4)]), 5).Report.IsEmpty);

    /// <summary>The design's invariant: a released cell counts at least the minimum cohort. And what the total gives away besides is about
    /// that many too.</summary>
    [Test]
    public void Released_cells_count_at_least_the_minimum_and_so_do_the_others_together() =>
        Gen.Select(Gen.Int[0, 30].Array[0, 12], Gen.Int[1, 12]).Sample((counts, minimum) =>
        {
            (ComputationResult released, DisclosureReport report) = DisclosureControl.Apply(Counts(counts), minimum);
            long[] left = [.. released.Figures.Select(f => long.Parse(f.Value, CultureInfo.InvariantCulture))];
            long held = counts.Sum() - left.Sum();
            return report.Figures == counts.Length
                && report.Released == left.Length
                && left.All(count => count >= minimum)
                && (held == 0 || held >= minimum || left.Length == 0);
        });

    [Test]
    public void Zero_is_no_minimum() =>
        Assert.That(() => DisclosureControl.Apply(Counts(1), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static ComputationResult Counts(params int[] counts) => new(
        default, counts.Sum(), [.. counts.Select((count, i) => ComputationFigure.Count($"b{i}", count)).ToImmutableArray()]);
}
