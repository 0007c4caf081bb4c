using MedChain.Core.Blocks;
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
        RunResult small = Shrinker.Shrink(caught!, controls, maxRuns: 300, maxTime: TimeSpan.MaxValue);
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

    [Test]
    public void Votes_after_the_last_slot_of_an_epoch_are_caught()
    {
        Scenario scenario = Changing(byzantine: 0, new Incident.Change(100, FaultClass.ReplaceValidator, 1));
        Assert.That(RunResult.Of(scenario).Violation, Is.Empty);
        Assert.That(
            RunResult.Of(scenario, new Controls { Change = s => s with { SlotsAfterEnd = 3 } }).Broken,
            Is.EqualTo(Invariant.SlotsStayInEpochs));
    }

    [Test]
    public void Epoch_that_goes_on_with_the_validators_before_is_caught()
    {
        Scenario scenario = Changing(byzantine: 0, new Incident.Change(100, FaultClass.ReplaceValidator, 1));
        ValidatorSet genesis = new SimulatedCluster(scenario).Protocol.Genesis.Latest.Validators;
        Assert.That(
            RunResult.Of(scenario, new Controls { Change = s => s with { Validators = genesis } }).Broken,
            Is.EqualTo(Invariant.OneSetPerEpoch));
    }

    /// <summary>Institution 4 takes the place of validator 1, and seals with its index before its time. The seals of half of the validators
    /// are late, so that its own matter.</summary>
    [Test]
    public void Handoff_sealed_by_the_next_validators_is_caught()
    {
        Scenario scenario = Changing(
            byzantine: 0x10,
            new Incident.Lie(0, long.MaxValue, FaultClass.ForeignSigner, 4, 100, 1),
            new Incident.Link(0, 5_000, FaultClass.Delay, 0b1100, 0b0011, 100, 400),
            new Incident.Change(100, FaultClass.ReplaceValidator, 1));
        Assert.That(RunResult.Of(scenario).Violation, Is.Empty);
        Assert.That(
            RunResult.Of(scenario, new Controls { TakesSealsOfNextValidators = true }).Broken,
            Is.EqualTo(Invariant.SealsVerify));
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

    private static Scenario Changing(ulong byzantine, params Incident[] incidents) => LyingLeader(wayOfLying: 0, rate: 0) with
    {
        Joining = 1,
        Byzantine = byzantine,
        HealAt = 5_000,
        Incidents = [.. incidents, .. LyingLeader(wayOfLying: 0, rate: 0).Incidents.OfType<Incident.Submission>()],
    };

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
