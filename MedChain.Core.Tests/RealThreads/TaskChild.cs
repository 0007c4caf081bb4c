using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>The process that is killed while tasks run: a whole network on files. It says each phase that it sees.</summary>
internal static class TaskChild
{
    public const string Clinic = "clinic";
    public const int Patients = 3;

    /// <summary>In every patient's record, and to be found in no file.</summary>
    public const string Plaintext = "Plaintext-Of-A-Patient";

    public static MedChainNetworkOptions Options(string folder) => new() { AccountChains = [Clinic], DataDirectory = folder };

    /// <summary>Submits tasks until a line comes in; then it waits until all are closed, and stops in order.</summary>
    public static async Task<int> RunAsync(string folder, Action<string> say)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(folder));
        for (int i = 0; i < Patients; i++)
        {
            using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync($"patient {i}");
            await FillAsync(patient);
        }

        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"]);
        using var stop = new CancellationTokenSource();
        Task watch = WatchAsync(network.Transactions.Chain, say, stop.Token);
        say("ready");
        Task<int> asked = Task.Run(Console.In.Read);
        while (!asked.IsCompleted)
        {
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => researcher.SubmitAsync(Computation.CountPatients(), "HRESCH")));
        }

        foreach (Digest task in Tasks(network.Transactions.Chain).Select(t => t.Id).ToArray())
        {
            await researcher.WaitAsync(task);
        }

        await stop.CancelAsync();
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    public static IEnumerable<(Digest Id, TaskEntry Task)> Tasks(HostedChain chain) =>
        chain.Read().Scan<TaskEntry>(StateKey.Tasks).Select(t => (StateKey.FirstPart(t.Key), t.Value));

    private static async Task FillAsync(Patient patient)
    {
        if (patient.Records.Count == 0)
        {
            await patient.StoreAsync(
                System.Text.Encoding.UTF8.GetBytes(
                    $$$$"""
                    {"resourceType":"Bundle","type":"collection","entry":[
                    {"resource":{"resourceType":"Patient","id":"p","gender":"female","name":[{"family":"{{{{Plaintext}}}}"}]}}]}
                    """),
                Computation.Clinical);
        }

        if (patient.Grants.Count == 0)
        {
            await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 1_000_000));
        }
    }

    private static async Task WatchAsync(HostedChain chain, Action<string> say, CancellationToken cancellationToken)
    {
        var known = new Dictionary<Digest, TaskPhase>();
        while (true)
        {
            Task next = chain.NextSeal();
            foreach ((Digest id, TaskEntry task) in Tasks(chain).ToArray())
            {
                if (!known.TryGetValue(id, out TaskPhase phase) || phase != task.Phase)
                {
                    known[id] = task.Phase;
                    say($"phase {id} {task.Phase}");
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }
}
