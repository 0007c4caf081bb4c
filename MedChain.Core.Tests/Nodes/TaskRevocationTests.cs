using System.Globalization;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Patients revoke while tasks run, in a whole network. What the chains hold afterwards says who was in which result.</summary>
[TestFixture]
[CancelAfter(240_000)]
public sealed class TaskRevocationTests
{
    private const int PatientsPerChain = 5;
    private static readonly string[] Institutions = ["clinic", "hospital"];

    private static int Tasks => int.Parse(
        Environment.GetEnvironmentVariable("MEDCHAIN_REVOKED_TASKS") ?? "6", CultureInfo.InvariantCulture);

    [Test]
    public async Task No_result_includes_a_patient_who_revoked_before_her_chain_confirmed(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = Institutions }, cancellation);
        List<Patient> patients = await FillAsync(network, cancellation);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync(
            "researcher", ["accredited-researcher"], cancellation);
        var random = new Random(5);
        var outcomes = new List<TaskOutcome>();
        for (int i = 0; i < Tasks; i++)
        {
            Task<TaskReceipt> task = researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", 2, cancellationToken: cancellation);
            Task[] changes = [.. patients.Where(_ => random.Next(3) == 0).Select(p => LeaveAsync(p, random.Next(1_500), cancellation))];
            TaskReceipt receipt = await task;
            await Task.WhenAll(changes);
            outcomes.Add(receipt.Outcome);
            Assert.That(receipt.Outcome, Is.AnyOf(TaskOutcome.Released, TaskOutcome.Withheld, TaskOutcome.InsufficientCohort));
            if (receipt.Outcome == TaskOutcome.Released)
            {
                long included = 0;
                foreach (AccountChainClient accounts in network.Accounts.Values)
                {
                    included += await RequireNobodyLeftAsync(accounts.Chain, network.AccountValidators[accounts.Genesis.Name][0].Validator,
                        receipt.Task, cancellation);
                }

                Assert.That(receipt.Result!.CohortSize, Is.EqualTo(included));
                Assert.That(receipt.Cohort, Is.EqualTo(included));
            }

            foreach (Patient patient in patients.Where(p => p.Grants.Count == 0))
            {
                await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 1_000), cancellation);
            }
        }

        await TestContext.Out.WriteLineAsync(string.Join(' ', outcomes));
        Assert.That(outcomes, Has.Member(TaskOutcome.Released));
        patients.ForEach(p => p.Dispose());
    }

    private static async Task LeaveAsync(Patient patient, int delay, CancellationToken cancellation)
    {
        await Task.Delay(delay, cancellation);
        await patient.RevokeAsync(patient.Grants.Single(), cancellation);
    }

    private static async Task<List<Patient>> FillAsync(MedChainNetwork network, CancellationToken cancellation)
    {
        var patients = new List<Patient>();
        foreach (AccountChainClient accounts in network.Accounts.Values)
        {
            for (int i = 0; i < PatientsPerChain; i++)
            {
                Patient patient = await accounts.RegisterPatientAsync($"patient {i}", cancellation);
                await patient.StoreAsync(Bundles.Of(Bundles.Patient("female")), Computation.Clinical, cancellationToken: cancellation);
                await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 1_000), cancellation);
                patients.Add(patient);
            }
        }

        return patients;
    }

    /// <summary>Reads from the blocks who was in the round that was confirmed, and requires that the grant of each was in force in that
    /// block.</summary>
    /// <returns>How many were in it.</returns>
    private static async Task<long> RequireNobodyLeftAsync(
        HostedChain chain, LedgerValidator validator, Digest task, CancellationToken cancellation)
    {
        TaskAnswer answer = chain.Read().Get<TaskAnswer>(StateKey.Task(task))!;
        TaskDecisions decisions = (await AttachmentReader.TryReadAsync<TaskDecisions>(chain.Blobs, answer.Decisions, cancellation))!;
        HashSet<Digest> revoked = [];
        IBlockStore blocks = validator.Options.BlockStore;
        while (blocks.Head < chain.Sealed!.Height)
        {
            await Task.Delay(20, cancellation);
        }

        for (var height = new BlockHeight(1); height <= blocks.Head; height = height.Next)
        {
            foreach (ReadOnlyMemory<byte> bytes in BlockReader.Read(blocks.TryRead(height)!).Receipts)
            {
                foreach (LedgerEvent happened in Canonical.Decode<Receipt>(bytes).Events)
                {
                    if (happened.Kind == LedgerEventKind.GrantRevoked)
                    {
                        revoked.Add(happened.Reference);
                    }

                    if (happened.Kind == LedgerEventKind.TaskConfirmed && happened.Reference == answer.Decisions)
                    {
                        TaskDecisionRow[] rows = [.. decisions.Rows.Where(r => r.Outcome == DecisionOutcome.Permitted)];
                        Assert.That(rows.Where(r => revoked.Contains(r.Grant)), Is.Empty);
                        return rows.Length;
                    }
                }
            }
        }

        throw new AssertionException($"Nobody confirmed task {task} on '{chain.Genesis.Name}'.");
    }
}
