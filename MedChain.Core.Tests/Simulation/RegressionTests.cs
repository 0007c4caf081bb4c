using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What once broke stays mended.</summary>
[TestFixture]
public sealed class RegressionTests
{
    private static readonly IReadOnlyList<Regression> Known = Regressions.All;

    [TestCaseSource(nameof(Known))]
    public void Schedule_that_once_broke_an_invariant_breaks_none(object regression) =>
        Assert.That(RunResult.Of(((Regression)regression).Scenario).Violation, Is.Empty);
}
