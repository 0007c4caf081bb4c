using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MedChain.Benchmarks.Measuring;
using MedChain.Core;
using MedChain.Core.Clients;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>A whole network in this process whose patients store records one after another, each when her last one is sealed.</summary>
internal sealed class StoringRun
{
    private const string Chain = "clinic";

    private readonly Lock _access = new();
    private readonly byte[] _content;
    private LatencyHistogram _latencies = new();

    private StoringRun(StoringLoad load) => _content = RandomNumberGenerator.GetBytes(load.RecordBytes);

    /// <summary>Starts a network, puts it under load, and measures after the warm-up.</summary>
    /// <exception cref="InvalidOperationException">No record was stored in the measured time.</exception>
    public static async Task<StoringFigures> MeasureAsync(StoringLoad load)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = [Chain], ValidatorsPerChain = load.Validators });
        var patients = new Patient[load.Patients];
        for (int i = 0; i < patients.Length; i++)
        {
            patients[i] = await network.Accounts[Chain].RegisterPatientAsync(string.Create(CultureInfo.InvariantCulture, $"patient-{i}"));
        }

        var run = new StoringRun(load);
        using var stopping = new CancellationTokenSource();
        Task work = run.StoreAllAsync(patients, stopping.Token);
        try
        {
            await PauseAsync(load.WarmUp, work);
            run.TakeLatencies();
            ProcessMeter before = ProcessMeter.Read();
            await PauseAsync(load.Measured, work);
            ProcessUse use = ProcessMeter.Read().Since(before);
            LatencyHistogram latencies = run.TakeLatencies();
            return latencies.Count > 0
                ? new StoringFigures(latencies.Count, use, latencies)
                : throw new InvalidOperationException("No record was stored in the measured time; measure longer.");
        }
        finally
        {
            await stopping.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (Patient patient in patients)
            {
                patient.Dispose();
            }
        }
    }

    private async Task StoreAllAsync(Patient[] patients, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(
            patients,
            new ParallelOptions { MaxDegreeOfParallelism = patients.Length, CancellationToken = cancellationToken },
            async (patient, token) => await StoreAsync(patient, token));

    private async Task StoreAsync(Patient patient, CancellationToken cancellationToken)
    {
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            await patient.StoreAsync(_content, "laboratory", cancellationToken: cancellationToken);
            lock (_access)
            {
                _latencies.Add(Stopwatch.GetElapsedTime(started));
            }
        }
    }

    private LatencyHistogram TakeLatencies()
    {
        lock (_access)
        {
            LatencyHistogram taken = _latencies;
            _latencies = new LatencyHistogram();
            return taken;
        }
    }

    /// <summary>Lets time pass; a patient's failure ends the run at once.</summary>
    private static async Task PauseAsync(TimeSpan duration, Task work) => await await Task.WhenAny(Task.Delay(duration), work);
}
