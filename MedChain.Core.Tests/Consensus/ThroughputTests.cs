using System.Diagnostics;
using System.Globalization;
using MedChain.Core.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Prints what four validators in one process deliver, for orientation. Asserts only that everything arrives.</summary>
[TestFixture]
[Explicit("A measurement.")]
public sealed class ThroughputTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Four_validators_in_memory(bool sharedCache)
    {
        const int Count = 200_000;
        var limits = new CbftLimits { MaxPendingTransactions = 20_000, SlotTimeout = TimeSpan.FromSeconds(5) };
        await using var cluster = new EngineCluster(4, limits, sharedCache);
        await cluster.StartAllAsync();
        long allocated = GC.GetTotalAllocatedBytes();
        var time = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => FeedAsync(cluster, i, Count / 4))));
        await cluster.WaitForTransactionsAsync(Count, 0, 1, 2, 3);
        double seconds = time.Elapsed.TotalSeconds;
        long blocks = cluster.Machines[0].Height.Value;
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count / seconds:F0} tx/s, {blocks} blocks, "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / Count} B allocated per tx, cache shared: {sharedCache}"));
        var latency = Stopwatch.StartNew();
        const int Single = 200;
        for (int i = 0; i < Single; i++)
        {
            await cluster.SubmitAsync(1, 1_000_000_000L + i, 1, 512);
            while (cluster.Machines[1].Height.Value <= blocks + i && cluster.Machines[1].ExecutedCount <= Count + i)
            {
                await Task.Yield();
            }
        }

        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{latency.Elapsed.TotalMilliseconds / Single:F2} ms from submission to execution of a lone transaction"));
    }

    private static async Task FeedAsync(EngineCluster cluster, int index, int count)
    {
        for (int i = 0; i < count;)
        {
            SubmitResult result = await cluster.Engines[index]!.SubmitAsync(EngineCluster.Transaction((index * 10_000_000L) + i, 512));
            if (result is SubmitResult.Overloaded)
            {
                await Task.Delay(1);
            }
            else
            {
                i++;
            }
        }
    }
}
