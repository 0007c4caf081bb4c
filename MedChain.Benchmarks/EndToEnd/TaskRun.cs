using System.Diagnostics;
using System.Globalization;
using System.Text;
using MedChain.Benchmarks.Measuring;
using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>A network whose patients permit research, and a researcher who submits one task after another.</summary>
internal sealed class TaskRun(MedChainNetwork network, Researcher researcher, int patients)
{
    private const string Chain = "clinic";
    private const int Parallelism = 32;

    /// <summary>The phases that are reported, in their order.</summary>
    public static IReadOnlyList<TaskPhase> Phases { get; } =
    [
        TaskPhase.Announced, TaskPhase.Collecting, TaskPhase.Authorising, TaskPhase.Staged, TaskPhase.Confirming, TaskPhase.Releasing,
        TaskPhase.Deleting, TaskPhase.Recording,
    ];

    public static MedChainNetworkOptions Options(TaskLoad load) =>
        new() { AccountChains = [Chain], ValidatorsPerChain = load.Validators };

    /// <summary>Registers the patients, stores a record of each, and lets each permit research.</summary>
    public static Task EnrolAsync(MedChainNetwork network, TaskLoad load) => Parallel.ForEachAsync(
        Enumerable.Range(0, load.Patients),
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
        async (i, token) => await EnrolAsync(network, load, i, token));

    /// <summary>Submits a task and waits until it is closed.</summary>
    /// <exception cref="InvalidOperationException">It was not computed over all patients.</exception>
    public async Task<TaskFigures> MeasureAsync()
    {
        HostedChain chain = network.Transactions.Chain;
        HashSet<Digest> known = [.. Tasks(chain).Select(t => t.Id)];
        ProcessMeter before = ProcessMeter.Read();
        Task<TaskReceipt> running = researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", minimumCohort: 2);
        IReadOnlyDictionary<TaskPhase, TimeSpan> phases = await WatchAsync(chain, known, running);
        TaskReceipt receipt = await running;
        ProcessUse use = ProcessMeter.Read().Since(before);
        return receipt.Result?.CohortSize == patients
            ? new TaskFigures(use, phases)
            : throw new InvalidOperationException($"The task ended as {receipt.Outcome} with {receipt.Cohort} of {patients} patients.");
    }

    private static async Task<IReadOnlyDictionary<TaskPhase, TimeSpan>> WatchAsync(
        HostedChain chain, HashSet<Digest> known, Task running)
    {
        var phases = new Dictionary<TaskPhase, TimeSpan>();
        TaskPhase? last = null;
        long since = Stopwatch.GetTimestamp();
        while (!running.IsCompleted)
        {
            Task next = chain.NextSeal();
            TaskPhase? now = Tasks(chain).Where(t => !known.Contains(t.Id)).Select(t => (TaskPhase?)t.Phase).FirstOrDefault();
            if (now != last)
            {
                if (last is { } ended)
                {
                    phases[ended] = phases.GetValueOrDefault(ended) + Stopwatch.GetElapsedTime(since);
                }

                (last, since) = (now, Stopwatch.GetTimestamp());
            }

            await Task.WhenAny(next, running);
        }

        return phases;
    }

    private static IEnumerable<(Digest Id, TaskPhase Phase)> Tasks(HostedChain chain) =>
        chain.Read().Scan<TaskEntry>(StateKey.Tasks).Select(t => (StateKey.FirstPart(t.Key), t.Value.Phase));

    private static async Task EnrolAsync(MedChainNetwork network, TaskLoad load, int number, CancellationToken cancellationToken)
    {
        using Patient patient = await network.Accounts[Chain].RegisterPatientAsync(
            string.Create(CultureInfo.InvariantCulture, $"patient-{number}"), cancellationToken);
        await patient.StoreAsync(Bundle(number, load.RecordBytes), Computation.Clinical, cancellationToken: cancellationToken);
        await patient.PermitAsync(
            PermissionTemplates.Research(
                PermissionRequest.PatientUid(patient.Id), "HRESCH", ["count"], Computation.Clinical, minimumCohort: 2, uses: 1_000,
                DateTimeOffset.UtcNow.AddYears(1)),
            cancellationToken);
    }

    private static byte[] Bundle(int number, int size) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$$"""
        {"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p{{{{number}}}}","gender":"female",
        "text":{"status":"generated","div":"{{{{new string('x', size - 200)}}}}"}}}]}
        """));
}
