using System.Collections.Concurrent;
using MedChain.Core.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A validator dies after each record that it writes: what was written is durable, and nothing that follows from it
/// happened.</summary>
[TestFixture]
public sealed class CrashPointTests
{
    private const int Points = 90;

    [Test]
    public void Validator_may_die_after_any_record([Values(0, 2)] int validator)
    {
        ConcurrentBag<string> broken = [];
        ConcurrentBag<long> crashes = [];
        Parallel.For(1, Points + 1, point =>
        {
            RunResult result = RunResult.Of(Dying(validator, point));
            crashes.Add(result.Statistics.InjectedOf(FaultClass.CrashAtWrite));
            if (result.Broken is not null)
            {
                broken.Add($"After record {point}: {result.Violation}");
            }
        });
        Assert.That(broken, Is.Empty);
        Assert.That(crashes, Has.All.GreaterThan(0));
    }

    /// <summary>The validator dies twice at the same distance from its start: also while it recovers.</summary>
    private static Scenario Dying(int validator, int point) => new(
        Seed: (ulong)point,
        Count: 4,
        new CbftLimits
        {
            SlotTimeout = TimeSpan.FromMilliseconds(150),
            MaxSlotTimeout = TimeSpan.FromSeconds(1),
            ResendInterval = TimeSpan.FromMilliseconds(50),
            MaxBatchTransactions = 2,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0,
        Damaged: 0,
        MaxDelay: 6,
        MaxDiskDelay: 3,
        BlocksPerFlush: 2,
        HealAt: 1_500,
        [
            new Incident.Process(0, 0, FaultClass.CrashAtWrite, validator, point),
            .. Enumerable.Range(1, 60).Select(i => new Incident.Submission(
                i * 20, FaultClass.None, 1UL << (i % 4), [new ClientRequest(i % 3, i, 0, Valid: true)])),
            new Incident.Process(1_200, 0, FaultClass.CrashAtWrite, validator, 1 + (point % 7)),
        ]);
}
