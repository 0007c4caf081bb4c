using CsCheck;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger.Tasks;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Tasks consume uses and give them back, in whatever order they are proposed, carried, finished and end otherwise, while patients
/// revoke and replace: a counter is never below zero nor above its limit, and no decision uses what was revoked before it.</summary>
[TestFixture]
public sealed class GrantUsesPropertyTests
{
    private const int Limit = 2;

    private static readonly Gen<(int Step, int Which, int Chain)[]> Runs =
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 7], Gen.Int[0, 1]).Array[10, 40];

    [Test]
    public void Counters_stay_within_their_limits_and_revoked_grants_are_not_used() => Runs.Sample(
        steps =>
        {
            using var net = new TaskFixture();
            Person[][] patients =
            [
                .. Enumerable.Range(0, 2).Select(chain => Enumerable.Range(0, 2)
                    .Select(i => net.Patient(chain, $"patient-{chain}-{i}", minimumCohort: 1, Limit)).ToArray()),
            ];
            var tasks = new List<Digest>();
            Dictionary<Digest, int> revoked = [];
            Dictionary<(int Chain, Digest Task), int> answered = [];
            int time = 0;
            foreach ((int step, int which, int chain) in steps)
            {
                time++;
                Digest? task = tasks.Count == 0 ? null : tasks[which % tasks.Count];
                Person patient = patients[chain][which % 2];
                switch (step)
                {
                    case 0:
                        tasks.Add(net.ProposeAndJoin());
                        break;
                    case 1 or 2 or 3 when task is { } id:
                        if (net.Bring(chain, id).Status == ReceiptStatus.Applied && net.Answer(chain, id)!.Stage == AnswerStage.Authorised)
                        {
                            answered[(chain, id)] = time;
                        }

                        net.BringBack(chain, id);
                        break;
                    case 4 when task is { } id:
                        foreach (int executor in new[] { 0, 1 })
                        {
                            net.Submit(id, executor, 1);
                            net.Erase(id, executor);
                        }

                        break;
                    case 5 when task is { } id:
                        net.Tasks.Send(net.ExecutorsOf(id)[0], new AbandonTask(id));
                        break;
                    case 6 when which < 3:
                        foreach (Digest grant in Grants(net, chain, patient).Keys.Where(grant => !revoked.ContainsKey(grant)).ToArray())
                        {
                            net.Accounts[chain].Send(patient, new RevokeGrant(grant));
                            revoked.Add(grant, time);
                        }

                        net.Accounts[chain].Permit(patient, Policies.Research(patient.On(net.Accounts[chain]), 1, Limit));
                        break;
                    default:
                        net.Tasks.Time += 1_000;
                        break;
                }

                Check();
            }

            void Check()
            {
                for (int chain = 0; chain < 2; chain++)
                {
                    foreach (Person patient in patients[chain])
                    {
                        Assert.That(Grants(net, chain, patient).Values.Select(g => g.Uses), Is.All.InRange(0L, (long)Limit));
                    }

                    foreach (Digest task in tasks.Where(task => answered.ContainsKey((chain, task))))
                    {
                        Assert.That(
                            net.Decisions(chain, task).Rows.Where(r => r.Outcome == DecisionOutcome.Permitted)
                                .All(r => !revoked.TryGetValue(r.Grant, out int at) || at >= answered[(chain, task)]));
                    }
                }
            }
        },
        iter: 30);

    private static Dictionary<Digest, GrantEntry> Grants(TaskFixture net, int chain, Person patient) => net.Accounts[chain].State
        .Scan<GrantEntry>(StateKey.GrantsOf(patient.On(net.Accounts[chain])))
        .ToDictionary(g => StateKey.SecondPart(g.Key), g => g.Value);
}
