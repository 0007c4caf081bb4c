using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Negative controls: a machine broken on purpose must be found, by the invariant that it breaks.</summary>
[TestFixture]
public sealed class ControlTests
{
    [Test]
    public void Quorum_one_too_small_is_caught() => Assert.That(
        FirstViolation(new Controls { Change = s => s with { Quorum = Math.Max(1, s.Quorum - 1) } }),
        Is.AnyOf(Invariant.OneDecisionPerSlot, Invariant.OneHeaderPerHeight, Invariant.BodiesAreHeld, Invariant.HonestNeverStops));

    [Test]
    public void Commit_before_its_certificate_is_durable_is_caught() => Assert.That(
        FirstViolation(new Controls { Change = s => s with { PersistBeforeCommit = false } }),
        Is.EqualTo(Invariant.VotesAreLogged));

    [Test]
    public void Execution_without_deduplication_is_caught() =>
        Assert.That(FirstViolation(new Controls { Deduplicates = false }), Is.EqualTo(Invariant.ExecutedOnce));

    private static Invariant? FirstViolation(Controls controls)
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            if (RunResult.Of(Swarm.Draw(seed, FaultClasses.All), controls).Broken is { } broken)
            {
                return broken;
            }
        }

        return null;
    }
}
