using MedChain.Core.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Negative controls: what is broken on purpose must be found, by the invariant that it breaks. More than f twins are among the
/// <see cref="TwinsTests"/>.</summary>
[TestFixture]
public sealed class ControlTests
{
    [Test]
    public void Quorum_one_too_small_is_caught()
    {
        var controls = new Controls { Change = s => s with { Quorum = Math.Max(1, s.Quorum - 1) } };
        RunResult? caught = TwinsSchedules.Enumerate([0], 1).Select(s => RunResult.Of(s, controls))
            .FirstOrDefault(r => r.Broken is not null);
        Assert.That(caught?.Broken, Is.EqualTo(Invariant.OneDecisionPerSlot));
    }

    [Test]
    public void Commit_before_its_certificate_is_durable_is_caught() => Assert.That(
        FirstViolation(new Controls { Change = s => s with { PersistBeforeCommit = false } })?.Broken,
        Is.EqualTo(Invariant.VotesAreLogged));

    [Test]
    public void Execution_without_deduplication_is_caught_and_shrunk_to_what_repeats_a_number()
    {
        var controls = new Controls { Deduplicates = false };
        RunResult? caught = FirstViolation(controls);
        Assert.That(caught?.Broken, Is.EqualTo(Invariant.ExecutedOnce));
        RunResult small = Shrinker.Shrink(caught!, controls, maxRuns: 300);
        Assert.That(small.Broken, Is.EqualTo(Invariant.ExecutedOnce));
        Assert.That(small.Scenario.Incidents, Has.Length.LessThanOrEqualTo(4));
    }

    [Test]
    public void Digest_that_does_not_cover_the_cut_is_caught() => Assert.That(
        RunResult.Of(LyingLeader(wayOfLying: 7, rate: 0), new Controls { ForgesCutsUnderOneDigest = true }).Broken,
        Is.EqualTo(Invariant.OneHeaderPerHeight));

    /// <summary>The leader leaves slots out and goes on with higher ones.</summary>
    [Test]
    public void Timer_reset_by_high_slots_is_caught()
    {
        Scenario scenario = LyingLeader(wayOfLying: 8, rate: 100);
        Assert.That(RunResult.Of(scenario).Violation, Is.Empty);
        Assert.That(
            RunResult.Of(scenario, new Controls { Change = s => s with { HighSlotsResetTimers = true } }).Broken,
            Is.EqualTo(Invariant.ValidIsDelivered));
    }

    private static RunResult? FirstViolation(Controls controls)
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            if (RunResult.Of(Swarm.Draw(seed, FaultClasses.All), controls) is { Broken: not null } result)
            {
                return result;
            }
        }

        return null;
    }

    private static Scenario LyingLeader(ulong wayOfLying, int rate) => new(
        Seed: 1,
        Count: 4,
        new CbftLimits
        {
            SlotTimeout = TimeSpan.FromMilliseconds(200),
            MaxSlotTimeout = TimeSpan.FromSeconds(1),
            ResendInterval = TimeSpan.FromMilliseconds(50),
            MaxBatchTransactions = 1,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 1,
        Damaged: 0,
        MaxDelay: 5,
        MaxDiskDelay: 3,
        BlocksPerFlush: 2,
        HealAt: 1_000,
        [
            new Incident.Lie(0, long.MaxValue, FaultClass.BadLeader, 0, rate, wayOfLying),
            .. Enumerable.Range(1, 90).Select(i => new Incident.Submission(
                i * 10, FaultClass.None, 1UL << (i % 4), [new ClientRequest(i % 3, i, 0, Valid: true)])),
        ]);
}
