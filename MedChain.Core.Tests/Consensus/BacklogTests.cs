using MedChain.Core.Consensus.Engine;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A stage that is too fast waits for the slower one behind it, instead of filling the memory.</summary>
[TestFixture]
public sealed class BacklogTests
{
    [Test]
    public async Task Room_is_there_again_when_enough_was_removed()
    {
        var backlog = new Backlog("test", maxCount: 2, maxBytes: 100);
        backlog.Add(10);
        Assert.That(backlog.WaitForRoomAsync(CancellationToken.None).IsCompleted, Is.True);
        backlog.Add(10);
        Task room = backlog.WaitForRoomAsync(CancellationToken.None);
        Assert.That(room.IsCompleted, Is.False);

        backlog.Remove(10);
        await room;
        backlog.Add(95);
        Task full = backlog.WaitForRoomAsync(CancellationToken.None);
        Assert.That(full.IsCompleted, Is.False, "Bytes count too.");
        backlog.Remove(10);
        await full;
    }

    [Test]
    public async Task Slow_observer_slows_its_own_validator_and_no_other()
    {
        using var gate = new SemaphoreSlim(0);
        await using var cluster = new EngineCluster(4);
        for (int i = 1; i < 4; i++)
        {
            await cluster.StartAsync(i);
        }

        int count = 0;
        try
        {
            cluster.OnDelivered = _ => gate.Wait();
            await cluster.StartAsync(0);
            for (int i = 0; i < 400; i++)
            {
                await cluster.SubmitAsync(1, from: count++, count: 1);
                await cluster.WaitForTransactionsAsync(count, 1, 2, 3);
            }

            // 256 blocks wait for the observer, two windows of eight are under way, one is being shown.
            Assert.That(cluster.Machines[0].Height.Value, Is.LessThanOrEqualTo(256 + 16 + 1));
            Assert.That(
                cluster.Engines[0]!.MeasureBuffers(),
                Has.All.Property(nameof(MedChain.Core.Consensus.BufferSize.IsWithinBounds)).True);
        }
        finally
        {
            gate.Release(100_000);
        }

        await cluster.WaitForTransactionsAsync(count, 0);
    }

    /// <summary>Each block that the others seal is one record more for it.</summary>
    [Test]
    public async Task Log_that_hangs_stops_its_validators_loop_at_a_bound_and_the_rest_follows_when_it_goes_on()
    {
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = new EngineCluster(4);
        cluster.Logs[0].Hangs = disk.Task;
        await cluster.StartAllAsync();
        int count = 0;
        try
        {
            while (LogOf(cluster).Count < 1_024)
            {
                await cluster.SubmitAsync(1, from: count++, count: 1);
                await cluster.WaitForTransactionsAsync(count, 1, 2, 3);
            }

            for (int i = 0; i < 50; i++)
            {
                await cluster.SubmitAsync(1, from: count++, count: 1);
                await cluster.WaitForTransactionsAsync(count, 1, 2, 3);
            }

            Assert.That(LogOf(cluster).Count, Is.InRange(1_024, 1_025));
            Assert.That(cluster.Machines[0].ExecutedCount, Is.LessThan(count), "nothing is stored before its records are durable");
            Assert.That(
                cluster.Engines[0]!.MeasureBuffers(),
                Has.All.Property(nameof(MedChain.Core.Consensus.BufferSize.IsWithinBounds)).True);
        }
        finally
        {
            cluster.Logs[0].Hangs = null;
            disk.SetResult();
        }

        await cluster.WaitForTransactionsAsync(count, 0, 1, 2, 3);
    }

    [Test]
    public async Task Validator_whose_log_hangs_can_be_stopped()
    {
        await using var cluster = new EngineCluster(4);
        cluster.Logs[0].Hangs = new TaskCompletionSource().Task;
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(1, from: 0, count: 10);
        await cluster.WaitForTransactionsAsync(10, 1, 2, 3);
        await cluster.StopAsync(0);
        Assert.That(cluster.Engines[0], Is.Null);
    }

    private static MedChain.Core.Consensus.BufferSize LogOf(EngineCluster cluster) =>
        cluster.Engines[0]!.MeasureBuffers().Single(b => b.Name == "log.records");
}
