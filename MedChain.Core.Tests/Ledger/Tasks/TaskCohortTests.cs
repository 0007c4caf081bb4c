using CsCheck;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Who is in a task's cohort and what it costs her, against a model of a few lines.</summary>
[TestFixture]
public sealed class TaskCohortTests
{
    /// <summary>A patient's wishes: on which chain, smallest cohort, and how many uses; none for a patient who permits nothing.</summary>
    private sealed record Wish(int Chain, int MinimumCohort, int Uses);

    private static readonly Gen<Wish> Wishes = Gen.Select(Gen.Int[0, 1], Gen.Int[1, 7], Gen.Int[0, 2], (c, m, u) => new Wish(c, m, u));

    [Test]
    public void Cohort_is_the_largest_that_everybody_in_it_accepts_and_costs_one_use_when_released() =>
        Gen.Select(Wishes.Array[0, 7], Gen.Select(Gen.Int[2, 4], Gen.Bool).Array[1, 3]).Sample(
            (wishes, tasks) =>
            {
                using var net = new TaskFixture();
                Person[] patients = [.. wishes.Select((w, i) => Add(net, w, $"patient {i}"))];
                int[] used = new int[wishes.Length];
                foreach ((int minimum, bool release) in tasks)
                {
                    HashSet<int> expected = Settle(wishes, used);
                    Digest task = net.ProposeAndJoin(minimum);
                    TaskEntry entry = net.Carry(task);
                    if (expected.Count < minimum)
                    {
                        Assert.That((entry.Phase, entry.Outcome), Is.EqualTo((TaskPhase.Closed, TaskOutcome.InsufficientCohort)));
                    }
                    else
                    {
                        Assert.That((entry.Phase, entry.Cohort), Is.EqualTo((TaskPhase.Staged, (long)expected.Count)));
                        Assert.That(Included(net, task),
                            Is.EquivalentTo(expected.Select(i => patients[i].On(net.Accounts[wishes[i].Chain]))));
                        Assert.That(UsesOf(net, wishes, patients), Is.EqualTo(used.Select((u, i) => u + (expected.Contains(i) ? 1 : 0))));
                        if (release)
                        {
                            net.Finish(task);
                            used = [.. used.Select((u, i) => u + (expected.Contains(i) ? 1 : 0))];
                        }
                        else
                        {
                            net.Tasks.Send(net.ExecutorsOf(task)[0], new AbandonTask(task));
                            net.Tasks.Send(net.ExecutorsOf(task)[1], new AbandonTask(task));
                            net.EraseAll(task);
                        }
                    }

                    Assert.That(net.Entry(task).Phase, Is.EqualTo(TaskPhase.Closed));
                    Assert.That(UsesOf(net, wishes, patients), Is.EqualTo(used));
                }
            },
            iter: 60);

    /// <summary>A minimum that each new count just misses makes one patient drop out in each round.</summary>
    [Test]
    public void Task_whose_cohort_does_not_settle_in_time_is_given_up()
    {
        using var net = new TaskFixture();
        for (int i = 0; i < TaskEntry.MaxRounds + 4; i++)
        {
            net.Patient(0, $"patient {i}", minimumCohort: TaskEntry.MaxRounds + 4 - i + 1);
        }

        TaskEntry entry = net.Carry(net.ProposeAndJoin());
        Assert.That((entry.Phase, entry.Outcome, entry.Round),
            Is.EqualTo((TaskPhase.Closed, TaskOutcome.InsufficientCohort, TaskEntry.MaxRounds)));
    }

    [Test]
    public void Patient_who_revokes_between_counting_and_deciding_is_left_out()
    {
        using var net = new TaskFixture();
        net.Patient(0, "a");
        net.Patient(0, "b");
        Person leaver = net.Accounts[1].RegisterPatient("c");
        net.Accounts[1].StoreRecord(leaver, "clinical");
        Digest grant = net.Accounts[1].Permit(leaver, Policies.Research(leaver.On(net.Accounts[1]), 1, 5));
        Digest task = net.ProposeAndJoin();
        while (net.Entry(task).Phase == TaskPhase.Collecting)
        {
            for (int chain = 0; chain < 2; chain++)
            {
                net.Bring(chain, task);
                net.BringBack(chain, task);
            }
        }

        // One chain has authorised and consumed for a cohort of three before the other's patient leaves.
        net.Bring(0, task);
        net.BringBack(0, task);
        net.Accounts[1].Send(leaver, new RevokeGrant(grant));
        TaskEntry staged = net.Carry(task);
        Assert.That((staged.Phase, staged.Cohort), Is.EqualTo((TaskPhase.Staged, 2L)));
        AccountId stayer = net.Decisions(0, task).Rows[0].Patient;
        Assert.That(net.Accounts[0].State.Scan<GrantEntry>(StateKey.GrantsOf(stayer)).Single().Value.Uses, Is.EqualTo(1));
        Assert.That(net.Accounts[1].State.Get<GrantEntry>(StateKey.Grant(leaver.On(net.Accounts[1]), grant))!.Uses, Is.Zero);
        net.Finish(task);
        Assert.That(net.Entry(task).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    private static HashSet<int> Settle(Wish[] wishes, int[] used)
    {
        HashSet<int> cohort = [.. Enumerable.Range(0, wishes.Length).Where(i => used[i] < wishes[i].Uses)];
        while (cohort.RemoveWhere(i => wishes[i].MinimumCohort > cohort.Count) > 0)
        {
        }

        return cohort;
    }

    private static Person Add(TaskFixture net, Wish wish, string name)
    {
        if (wish.Uses > 0)
        {
            return net.Patient(wish.Chain, name, wish.MinimumCohort, wish.Uses);
        }

        Person patient = net.Accounts[wish.Chain].RegisterPatient(name);
        net.Accounts[wish.Chain].StoreRecord(patient, "clinical");
        return patient;
    }

    private static IEnumerable<AccountId> Included(TaskFixture net, Digest task) => Enumerable.Range(0, 2)
        .SelectMany(chain => net.Decisions(chain, task).Rows)
        .Where(r => r.Outcome == DecisionOutcome.Permitted)
        .Select(r => r.Patient);

    private static int[] UsesOf(TaskFixture net, Wish[] wishes, Person[] patients) =>
    [
        .. wishes.Select((w, i) => (int)net.Accounts[w.Chain].State
            .Scan<GrantEntry>(StateKey.GrantsOf(patients[i].On(net.Accounts[w.Chain]))).Sum(g => g.Value.Uses)),
    ];
}
