using System.Diagnostics;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Consensus;

/// <summary>Stops the leader under load, and measures when the others are in a new view and when their backlog is sealed.</summary>
internal static class LeaderStopRun
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs once. The backlog is what the clients of the other validators had submitted when the first of them entered the new
    /// view and no quorum had sealed.</summary>
    /// <exception cref="InvalidOperationException">A validator stopped by itself, or the others never got on.</exception>
    public static async Task<LeaderStopFigures> MeasureAsync(ConsensusLoad load)
    {
        await using ConsensusCluster cluster = await ConsensusCluster.StartAsync(load);
        using var stopping = new CancellationTokenSource();
        Task[] work = cluster.SubmitAll(stopping.Token);
        try
        {
            await ConsensusCluster.PauseAsync(load.WarmUp, [.. work, .. cluster.Engines.Select(e => e.Completion)]);
            return await MeasureAsync(cluster);
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<LeaderStopFigures> MeasureAsync(ConsensusCluster cluster)
    {
        CbftStatus before = cluster.Engines[0].Status;
        ViewNumber view = before.View;
        int leader = before.Leader;
        int[] others = [.. Enumerable.Range(0, cluster.Engines.Count).Where(i => i != leader)];
        long stopped = Stopwatch.GetTimestamp();
        await cluster.Engines[leader].DisposeAsync();

        await WaitAsync(
            () => others.Any(i => cluster.Engines[i].Status is { Active: true } status && status.View > view), "entered a new view");
        TimeSpan untilView = Stopwatch.GetElapsedTime(stopped);
        long entered = Stopwatch.GetTimestamp();
        long[] submitted = [.. others.Select(i => cluster.Clients[i].Submitted)];
        long backlog = submitted.Sum() - others.Sum(i => cluster.Clients[i].Sealed);

        // Transactions of one lane are sealed in the order in which they were submitted.
        await WaitAsync(() => others.Zip(submitted).All(o => cluster.Clients[o.First].Sealed >= o.Second), "sealed the backlog");
        return new LeaderStopFigures(untilView, Stopwatch.GetElapsedTime(entered), backlog);
    }

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new InvalidOperationException($"The other validators have not {what} in {Limit.TotalMinutes} minutes.");
            }

            await Task.Delay(Poll);
        }
    }
}
