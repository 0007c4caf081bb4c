using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.Consensus;

/// <summary>Measures one load: throughput, latency, CPU time, allocation.</summary>
internal static class ConsensusRun
{
    /// <summary>Starts the validators, puts them under load, and measures after the warm-up.</summary>
    /// <exception cref="InvalidOperationException">A validator stopped, or nothing was committed.</exception>
    public static async Task<ConsensusFigures> MeasureAsync(ConsensusLoad load)
    {
        await using ConsensusCluster cluster = await ConsensusCluster.StartAsync(load);
        using var stopping = new CancellationTokenSource();
        Task[] work = cluster.SubmitAll(stopping.Token);
        Task[] watched = [.. work, .. cluster.Engines.Select(e => e.Completion)];
        try
        {
            await ConsensusCluster.PauseAsync(load.WarmUp, watched);
            return await MeasureAsync(cluster, load, watched);
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<ConsensusFigures> MeasureAsync(ConsensusCluster cluster, ConsensusLoad load, Task[] watched)
    {
        foreach (LoadClient client in cluster.Clients)
        {
            client.TakeLatencies();
        }

        (long sealedBefore, long executedBefore, long blocksBefore) = cluster.Progress;
        ProcessMeter before = ProcessMeter.Read();
        await ConsensusCluster.PauseAsync(load.Measured, watched);
        ProcessUse use = ProcessMeter.Read().Since(before);
        (long sealedAfter, long executedAfter, long blocksAfter) = cluster.Progress;

        var latencies = new LatencyHistogram();
        foreach (LoadClient client in cluster.Clients)
        {
            latencies.Add(client.TakeLatencies());
        }

        if (latencies.Count == 0)
        {
            throw new InvalidOperationException($"Nothing was committed. {string.Join("; ", cluster.Engines.Select(e => e.Status))}");
        }

        return new ConsensusFigures
        {
            Committed = sealedAfter - sealedBefore,
            Executed = executedAfter - executedBefore,
            Blocks = blocksAfter - blocksBefore,
            Use = use,
            Latencies = latencies,
            DroppedMessages = cluster.DroppedMessages,
            Views = cluster.Engines.Max(e => e.Status.View.Value),
            Flushes = load.Folder is { } folder ? FlushProbe.Measure(folder) : null,
        };
    }
}
