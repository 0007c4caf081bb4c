using CsCheck;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Account chains that tell the transaction chain only roughly how many patients permit.</summary>
[TestFixture]
public sealed class CountBucketTests
{
    [Test]
    public void Transaction_chain_sees_multiples_of_the_bucket_and_all_who_permit_are_computed_on()
    {
        using var net = new TaskFixture();
        for (int i = 0; i < 5; i++)
        {
            net.Patient(0, $"a {i}");
            net.Patient(1, $"b {i}");
        }

        Set(net, 0, 4);
        Set(net, 1, 3);
        Digest task = net.ProposeAndJoin();
        TaskEntry staged = net.Carry(task);
        Assert.That((staged.Phase, staged.Cohort), Is.EqualTo((TaskPhase.Staged, 7L)));
        Assert.That(staged.Answers.Select(a => a.Count), Is.EquivalentTo([4L, 3L]));
        Assert.That(Enumerable.Range(0, 2).SelectMany(c => net.Decisions(c, task).Rows).Count(IsIn), Is.EqualTo(10));
    }

    /// <summary>What buckets cost: a patient may stay out, and a task may fail, though there would be enough.</summary>
    [Test]
    public void Cohort_that_is_only_just_large_enough_is_not_found()
    {
        using var net = new TaskFixture();
        for (int i = 0; i < 3; i++)
        {
            net.Patient(0, $"a {i}");
        }

        Set(net, 0, 2);
        Assert.That(net.Carry(net.ProposeAndJoin(minimumCohort: 3)).Outcome, Is.EqualTo(TaskOutcome.InsufficientCohort));
        Assert.That(net.Carry(net.ProposeAndJoin(minimumCohort: 2)).Phase, Is.EqualTo(TaskPhase.Staged));
    }

    [Test]
    public void Nobody_is_in_a_smaller_cohort_than_she_asked_for() =>
        Gen.Select(Gen.Int[1, 8].Array[2, 9], Gen.Int[1, 4], Gen.Int[1, 4]).Sample(
            (minimums, first, second) =>
            {
                using var net = new TaskFixture();
                for (int i = 0; i < minimums.Length; i++)
                {
                    net.Patient(i % 2, $"patient {i}", minimums[i]);
                }

                Set(net, 0, first);
                Set(net, 1, second);
                Digest task = net.ProposeAndJoin();
                if (net.Carry(task).Phase != TaskPhase.Staged)
                {
                    return;
                }

                HashSet<AccountId> included = [.. Enumerable.Range(0, 2).SelectMany(c => net.Decisions(c, task).Rows).Where(IsIn)
                    .Select(r => r.Patient)];
                Assert.That(included, Has.Count.GreaterThanOrEqualTo(net.Entry(task).Cohort));
                Assert.That(net.Entry(task).Answers.Select(a => a.Count), Is.All.Matches<long>(c => c % first == 0 || c % second == 0));
                for (int i = 0; i < minimums.Length; i++)
                {
                    using var person = new Person($"patient {i}");
                    Assert.That(!included.Contains(person.On(net.Accounts[i % 2])) || minimums[i] <= included.Count);
                }
            },
            iter: 30);

    [Test]
    public void Only_the_administrator_chooses_and_within_the_limits()
    {
        using var net = new TaskFixture();
        Person patient = net.Patient(0, "a");
        Assert.That(net.Accounts[0].Send(patient, new SetCountBucket(new CountBucket(2))).Reason, Does.Contain("administrator"));
        foreach (long size in new[] { 0, CountBucket.MaxSize + 1 })
        {
            Assert.That(
                net.Accounts[0].Send(net.Accounts[0].Administrator, new SetCountBucket(new CountBucket(size))).Status,
                Is.EqualTo(ReceiptStatus.Invalid));
        }
    }

    private static bool IsIn(TaskDecisionRow row) => row.Outcome == DecisionOutcome.Permitted;

    private static void Set(TaskFixture net, int chain, long size) => Assert.That(
        net.Accounts[chain].Send(net.Accounts[chain].Administrator, new SetCountBucket(new CountBucket(size))).Status,
        Is.EqualTo(ReceiptStatus.Applied));
}
