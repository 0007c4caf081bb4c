using System.Collections.Concurrent;
using System.Diagnostics;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.LiteDb;
using NUnit.Framework;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>Validators on real threads and real files, under load, when a disk is slow or full and when the host stops.</summary>
[TestFixture]
public sealed class StressTests
{
    private const int Count = 4;

    private readonly ConcurrentDictionary<long, long> _acknowledged = new();

    [SetUp]
    public void Forget() => _acknowledged.Clear();

    [Test]
    public async Task Slow_disk_of_one_validator_does_not_hold_up_the_others_and_it_catches_up()
    {
        using var folder = new TemporaryFolder();
        DiskTrouble[] disks = Disks();
        await using DurableCluster cluster = Cluster(folder, disks, out Load load);
        await cluster.StartAllAsync();
        using var stop = new CancellationTokenSource();
        Task work = load.RunAsync(stop.Token);
        await WaitAsync(() => _acknowledged.Count > 500);

        disks[3].FlushDelay = 300;
        int before = _acknowledged.Count;
        await WaitAsync(() => _acknowledged.Count > before + 2_000);
        disks[3].FlushDelay = 0;
        await stop.CancelAsync();
        await work;
        await WaitAsync(() => cluster.Machines.All(m => m.ExecutedCount == cluster.Machines.Max(x => x.ExecutedCount)));
        Assert.That(cluster.Engines.Select(e => e!.Completion.IsCompleted), Is.All.False);
        await RequireAcknowledgedAsync(cluster);
    }

    [Test]
    public async Task Full_disk_stops_its_validator_with_the_reason_and_the_others_go_on()
    {
        using var folder = new TemporaryFolder();
        DiskTrouble[] disks = Disks();
        await using DurableCluster cluster = Cluster(folder, disks, out Load load);
        await cluster.StartAllAsync();
        using var stop = new CancellationTokenSource();
        Task work = load.RunAsync(stop.Token);
        await WaitAsync(() => _acknowledged.Count > 500);

        disks[1].IsFull = true;
        await Assert.ThatAsync(
            () => cluster.Engines[1]!.Completion, Throws.InstanceOf<StorageException>().With.Message.Contains("free space"));
        Assert.That(await cluster.Engines[1]!.SubmitAsync(new byte[300]), Is.TypeOf<SubmitResult.Unavailable>());
        LiteDbBlockStore store = cluster.OpenStores(1);
        Assert.That(store.TryRead(store.Head), Is.Not.Null, "The chain stays readable.");
        int before = _acknowledged.Count;
        await WaitAsync(() => _acknowledged.Count > before + 1_000);

        await cluster.StopAsync(1);
        disks[1].IsFull = false;
        await cluster.StartAsync(1);
        Assert.That(cluster.Engines[1]!.Status.CanVote, Is.True);
        await stop.CancelAsync();
        await work;
        await WaitAsync(() => cluster.Machines.All(m => m.ExecutedCount == cluster.Machines.Max(x => x.ExecutedCount)));
        await RequireAcknowledgedAsync(cluster);
    }

    [Test]
    public async Task Full_disk_of_the_whole_process_loses_nothing_and_the_chain_goes_on_when_there_is_space()
    {
        using var folder = new TemporaryFolder();
        var disk = new DiskTrouble();
        DiskTrouble[] disks = [.. Enumerable.Repeat(disk, Count)];
        await using DurableCluster cluster = Cluster(folder, disks, out Load load, sharedLog: true);
        await cluster.StartAllAsync();
        using (var stop = new CancellationTokenSource())
        {
            Task work = load.RunAsync(stop.Token);
            await WaitAsync(() => _acknowledged.Count > 500);
            disk.IsFull = true;
            foreach (CbftEngine? engine in cluster.Engines)
            {
                await Assert.ThatAsync(() => engine!.Completion, Throws.InstanceOf<StorageException>().With.Message.Contains("free space"));
            }

            await stop.CancelAsync();
            await work;
        }

        disk.IsFull = false;
        await cluster.DisposeAsync();
        await using DurableCluster again = Cluster(folder, disks, out Load more, sharedLog: true, first: 1 << 20);
        await again.StartAllAsync();
        Assert.That(again.Engines.Select(e => e!.Status.CanVote), Is.All.True);
        int before = _acknowledged.Count;
        using var end = new CancellationTokenSource();
        Task further = more.RunAsync(end.Token);
        await WaitAsync(() => _acknowledged.Count > before + 500);
        await end.CancelAsync();
        await further;
        await RequireAcknowledgedAsync(again);
    }

    [Test]
    public async Task Host_that_stops_under_load_hangs_nowhere_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        DiskTrouble[] disks = Disks();
        for (int round = 0; round < 5; round++)
        {
            await using DurableCluster cluster = Cluster(folder, disks, out Load load, sharedLog: true, first: round << 20);
            await cluster.StartAllAsync();
            CbftEngine[] engines = [.. cluster.Engines.OfType<CbftEngine>()];
            using var stop = new CancellationTokenSource();
            Task work = load.RunAsync(stop.Token);
            int before = _acknowledged.Count;
            await WaitAsync(() => _acknowledged.Count > before + 200);

            // All at once, while clients go on submitting.
            await Task.WhenAll(engines.Select(e => e.DisposeAsync().AsTask())).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(engines.Select(e => e.Completion.IsCompletedSuccessfully), Is.All.True);
            Assert.That(await engines[0].SubmitAsync(new byte[300]), Is.TypeOf<SubmitResult.Unavailable>());
            await stop.CancelAsync();
            await work;
        }

        await using DurableCluster last = Cluster(folder, disks, out _, sharedLog: true);
        await last.StartAllAsync();
        Assert.That(last.Engines.Select(e => e!.Status.CanVote), Is.All.True);
        await RequireAcknowledgedAsync(last);
    }

    private static DiskTrouble[] Disks() => [.. Enumerable.Range(0, Count).Select(_ => new DiskTrouble())];

    private static async Task WaitAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromMinutes(2)), "What was waited for does not happen.");
            await Task.Delay(5);
        }
    }

    /// <summary>Every validator comes to have every acknowledged transaction, once, in the block that the client was told of.</summary>
    private async Task RequireAcknowledgedAsync(DurableCluster cluster)
    {
        long top = _acknowledged.Values.Max();
        await WaitAsync(() => cluster.Engines.All(e => e!.Status.Delivered.Value >= top));
        for (int i = 0; i < Count; i++)
        {
            LiteDbBlockStore store = cluster.OpenStores(i);
            var heights = new Dictionary<long, long>();
            for (long height = 1; height <= top; height++)
            {
                foreach (ReadOnlyMemory<byte> transaction in BlockReader.Read(store.TryRead(new BlockHeight(height))!).Transactions)
                {
                    heights.Add(Load.NumberOf(transaction), height);
                }
            }

            Assert.That(_acknowledged.All(a => heights.GetValueOrDefault(a.Key) == a.Value), Is.True, $"validator {i}");
        }
    }

    private DurableCluster Cluster(TemporaryFolder folder, DiskTrouble[] disks, out Load load, bool sharedLog = false, long first = 1)
    {
        Load? mine = null;
        var cluster = new DurableCluster(Count, folder.Path, i => disks[i].Disk, sharedLog)
        {
            OnDelivered = (validator, block) => mine!.OnDelivered(validator, block),
        };
        load = mine = new Load(cluster, first, outstanding: 40)
        {
            OnAcknowledged = (_, height, numbers) =>
            {
                foreach (long number in numbers)
                {
                    _acknowledged[number] = height;
                }
            },
        };
        return cluster;
    }
}
