using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Networks, executors and custodians that stop while a task is in a certain phase.</summary>
[TestFixture]
[CancelAfter(240_000)]
public sealed class TaskRestartTests
{
    private const string Clinic = "clinic";
    private static readonly Computation Count = Computation.CountPatients();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [TestCase(TaskPhase.Announced)]
    [TestCase(TaskPhase.Collecting)]
    [TestCase(TaskPhase.Authorising)]
    [TestCase(TaskPhase.Staged)]
    [TestCase(TaskPhase.Confirming)]
    [TestCase(TaskPhase.Releasing)]
    [TestCase(TaskPhase.Deleting)]
    [TestCase(TaskPhase.Recording)]
    public async Task Network_that_stops_in_a_phase_brings_the_task_to_an_end(TaskPhase phase, CancellationToken cancellation)
    {
        Digest task;
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            await FillAsync(network, cancellation);
            using Researcher researcher = await ResearcherAsync(network, cancellation);
            Task<TaskReceipt> running = researcher.SubmitAsync(Count, "HRESCH", cancellationToken: cancellation);
            task = await ReachAsync(network.Transactions.Chain, phase, running, cancellation);
            await network.DisposeAsync();
            await running.ContinueWith(static t => t.Exception, TaskScheduler.Default);
        }

        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            using Researcher researcher = await ResearcherAsync(network, cancellation);
            TaskReceipt receipt = await researcher.WaitAsync(task, cancellation);
            Assert.That(receipt.Outcome, Is.AnyOf(TaskOutcome.Released, TaskOutcome.Aborted));
            Assert.That(receipt.Result is not null, Is.EqualTo(receipt.Outcome == TaskOutcome.Released));
            Assert.That(receipt.ErasuresConfirmed, Is.EqualTo(receipt.Executors.Length), "deleted, whatever the outcome");
            Assert.That(
                network.Accounts[Clinic].Chain.Read().Scan<GrantEntry>(StateKey.Grants).Select(g => g.Value.Uses),
                Is.All.EqualTo(receipt.Outcome == TaskOutcome.Released ? 1 : 0));
            TaskReceipt next = await researcher.SubmitAsync(Count, "HRESCH", cancellationToken: cancellation);
            Assert.That(next.Outcome, Is.EqualTo(TaskOutcome.Released));
        }
    }

    [Test]
    public async Task Custodian_that_stops_while_a_task_is_staged_does_not_stop_it(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
        await FillAsync(network, cancellation);
        using Researcher researcher = await ResearcherAsync(network, cancellation);
        Task<TaskReceipt> running = researcher.SubmitAsync(Count, "HRESCH", cancellationToken: cancellation);
        await ReachAsync(network.Transactions.Chain, TaskPhase.Authorising, running, cancellation);
        await network.StopValidatorAsync(Clinic, 3, cancellation);
        Assert.That((await running).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    /// <summary>The task waits for the missing key until half of its time is over, and then goes on without it.</summary>
    [Test]
    public async Task Task_whose_executor_is_down_is_released_by_the_others(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
        await FillAsync(network, cancellation);
        using Researcher researcher = await ResearcherAsync(network, cancellation);
        await network.StopValidatorAsync(network.Transactions.Genesis.Name, 2, cancellation);
        TaskReceipt receipt = await researcher.SubmitAsync(
            Count, "HRESCH", lifetime: TimeSpan.FromSeconds(60), cancellationToken: cancellation);
        Assert.That((receipt.Outcome, receipt.ErasuresConfirmed), Is.EqualTo((TaskOutcome.Released, 2)));
    }

    private static async Task<Digest> ReachAsync(HostedChain chain, TaskPhase phase, Task running, CancellationToken cancellation)
    {
        while (true)
        {
            Task next = chain.NextSeal();
            foreach ((ReadOnlyMemory<byte> key, TaskEntry task) in chain.Read().Scan<TaskEntry>(StateKey.Tasks))
            {
                if (task.Phase >= phase)
                {
                    return StateKey.FirstPart(key);
                }
            }

            await Task.WhenAny(next, running).WaitAsync(cancellation);
        }
    }

    private static Task<Researcher> ResearcherAsync(MedChainNetwork network, CancellationToken cancellation) =>
        network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"], cancellation);

    private static async Task FillAsync(MedChainNetwork network, CancellationToken cancellation)
    {
        for (int i = 0; i < 2; i++)
        {
            using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync($"patient {i}", cancellation);
            await patient.StoreAsync(Bundles.Of(Bundles.Patient("female")), Computation.Clinical, cancellationToken: cancellation);
            await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 1_000), cancellation);
        }
    }

    private MedChainNetworkOptions Options() => new() { AccountChains = [Clinic], DataDirectory = _folder.Path };
}
