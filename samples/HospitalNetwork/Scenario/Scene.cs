using System.Diagnostics;
using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Options;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>What all steps share: the network, the people, and what was found so far.</summary>
internal sealed class Scene(SampleOptions options, IReport report, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>How many patients act at a time.</summary>
    private const int Parallelism = 16;

    private readonly List<Timing> _timings = [];
    private DirectoryInfo? _temporary;
    private MedChainNetwork? _network;

    public SampleOptions Options => options;

    public IReport Report => report;

    public CancellationToken Cancellation => cancellationToken;

    public string DataDirectory { get; private set; } = "";

    public MedChainNetwork Network => _network ?? throw new InvalidOperationException("The network does not run.");

    public IReadOnlyList<Member> Members { get; set; } = [];

    /// <summary>Gets the clinicians, two for each hospital; the first is the one whom single patients name.</summary>
    public Dictionary<string, Practitioner[]> Clinicians { get; } = new(StringComparer.Ordinal);

    public Researcher? Researcher { get; set; }

    public int CheckCount { get; private set; }

    public int FailedCount { get; private set; }

    public int TaskCount { get; set; }

    public IReadOnlyList<Timing> Timings => _timings;

    /// <summary>Gets the height of every chain, the transaction chain's last.</summary>
    public IEnumerable<(string Chain, BlockHeight Height)> Heights => Network.Accounts
        .OrderBy(chain => chain.Key, StringComparer.Ordinal)
        .Select(chain => (chain.Key, chain.Value.Height))
        .Append((Network.Transactions.Genesis.Name, Network.Transactions.Height));

    public async Task StartAsync()
    {
        if (DataDirectory.Length == 0)
        {
            _temporary = options.DataDirectory is null ? Directory.CreateTempSubdirectory("medchain-") : null;
            DataDirectory = _temporary?.FullName ?? Path.GetFullPath(options.DataDirectory!);
        }

        _network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = HospitalNames.All, DataDirectory = DataDirectory }, cancellationToken);
    }

    public async Task StopAsync()
    {
        foreach (Member member in Members)
        {
            member.Disconnect();
        }

        foreach (Practitioner clinician in Clinicians.Values.SelectMany(c => c))
        {
            clinician.Dispose();
        }

        Clinicians.Clear();
        Researcher?.Dispose();
        Researcher = null;
        if (_network is not null)
        {
            await _network.DisposeAsync();
            _network = null;
        }
    }

    public void Check(Check check)
    {
        CheckCount++;
        FailedCount += check.Passed ? 0 : 1;
        report.Check(check);
    }

    /// <summary>Measures a step.</summary>
    public async Task TimeAsync(string step, Func<Task> work, long items = 0, long bytes = 0)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        await work();
        _timings.Add(new Timing(step, watch.Elapsed, items, bytes));
    }

    /// <summary>Does the same for many people, several at a time, and shows how far it is.</summary>
    public Task ForEachAsync<T>(string what, IReadOnlyCollection<T> people, Func<T, Task> work) =>
        report.ProgressAsync(what, people.Count, advance => Parallel.ForEachAsync(
            people,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (person, _) =>
            {
                await work(person);
                advance();
            }));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _temporary?.Delete(recursive: true);
    }
}
