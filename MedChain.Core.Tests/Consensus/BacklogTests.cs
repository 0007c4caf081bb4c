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
}
