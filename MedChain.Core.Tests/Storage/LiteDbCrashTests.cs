using CsCheck;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.LiteDb;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

/// <summary>Power loss, damage and full disks under the LiteDB stores.</summary>
[TestFixture]
public sealed class LiteDbCrashTests
{
    private const string File = "/validator/blocks.db";
    private static readonly LiteDbLimits Small = new(MaxPending: 20_000, MaxLog: 150_000, MaxWriteSets: 3_000);

    [Test]
    public void Durable_blocks_survive_any_power_loss() =>
        Gen.Select(Gen.Int[1, 900], Gen.Enum<PowerLoss>(), Gen.Int[0, 1_000_000]).Sample(
            (operations, loss, seed) =>
            {
                var disk = new SimulatedDisk { OperationsUntilPowerLoss = operations };
                long durable = WriteBlocksUntilPowerLoss(disk).GetAwaiter().GetResult();
                return HoldsBlocks(disk.AfterPowerLoss(loss, seed), durable).GetAwaiter().GetResult();
            },
            iter: 150,
            threads: 1);

    [Test]
    public void Durable_state_survives_any_power_loss() =>
        Gen.Select(Gen.Int[1, 900], Gen.Enum<PowerLoss>(), Gen.Int[0, 1_000_000]).Sample(
            (operations, loss, seed) =>
            {
                var disk = new SimulatedDisk { OperationsUntilPowerLoss = operations };
                long durable = WriteStateUntilPowerLoss(disk).GetAwaiter().GetResult();
                return HoldsState(disk.AfterPowerLoss(loss, seed), durable).GetAwaiter().GetResult();
            },
            iter: 150,
            threads: 1);

    [Test]
    public async Task Full_disk_stops_writes_and_blocks_are_still_read()
    {
        var disk = new SimulatedDisk();
        await using var store = new LiteDbBlockStore(File, disk, Small);
        for (int height = 1; height <= 20; height++)
        {
            store.Append(Sample.Block(height));
        }

        await store.FlushAsync(CancellationToken.None);
        disk.IsFull = true;
        store.Append(Sample.Block(21));
        await Assert.ThatAsync(async () => await store.FlushAsync(CancellationToken.None), Throws.InstanceOf<StorageException>());
        disk.IsFull = false;
        Assert.That(
            () => store.Append(Sample.Block(22)),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Unavailable));
        for (int height = 1; height <= 21; height++)
        {
            Assert.That(Sample.Same(store.TryRead(new BlockHeight(height)), Sample.Block(height)), Is.True, $"{height}");
        }
    }

    [Test]
    public async Task Flipped_byte_never_gives_a_wrong_block()
    {
        var disk = new SimulatedDisk();
        await WriteBlocks(disk, 30);
        int length = disk.TryReadAll(File)!.Length;
        int refused = 0;
        for (int offset = 4_000; offset < length; offset += 211)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.FlipByte(File, offset);
            refused += await ReadAll(damaged, 30);
        }

        Assert.That(refused, Is.GreaterThan(20));
    }

    [Test]
    public async Task Flipped_byte_in_the_page_sums_never_gives_a_wrong_block()
    {
        var disk = new SimulatedDisk();
        await WriteBlocks(disk, 30);
        int length = disk.TryReadAll(File + "-sums")!.Length;
        int refused = 0;
        for (int offset = 0; offset < length; offset++)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.FlipByte(File + "-sums", offset);
            refused += await ReadAll(damaged, 30);
        }

        Assert.That(refused, Is.GreaterThan(20));
    }

    [Test]
    public async Task Damaged_block_is_named_with_its_height_and_file()
    {
        var disk = new SimulatedDisk();
        await WriteBlocks(disk, 3, bodyLength: 20_000);
        disk.FlipByte(File, disk.TryReadAll(File).AsSpan().IndexOf(Sample.Block(2, 20_000).Body.Span[^1_000..]) + 5);
        await using var store = new LiteDbBlockStore(File, disk, Small);
        Assert.That(
            () => store.TryRead(new BlockHeight(2)),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt)
                .And.Message.Contains("blocks 2").And.Message.Contains(Path.GetFullPath(File)));
        Assert.That(Sample.Same(store.TryRead(new BlockHeight(3)), Sample.Block(3, 20_000)), Is.True);
    }

    [TestCase(0)]
    [TestCase(8)]
    [TestCase(12)]
    [TestCase(23)]
    public async Task Damaged_mark_is_reported(int offset)
    {
        var disk = new SimulatedDisk();
        await WriteBlocks(disk, 3);
        disk.FlipByte(File + "-mark", offset);
        Assert.That(() => new LiteDbBlockStore(File, disk, Small), Throws.InstanceOf<StorageException>());
    }

    [Test]
    public async Task Missing_mark_deletes_nothing()
    {
        var disk = new SimulatedDisk();
        await WriteBlocks(disk, 400);
        int length = disk.TryReadAll(File)!.Length;
        disk.Delete(File + "-mark");
        Assert.That(
            () => new LiteDbBlockStore(File, disk, Small),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt));
        Assert.That(disk.TryReadAll(File), Has.Length.EqualTo(length));
    }

    [Test]
    public async Task Second_open_of_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var store = new LiteDbBlockStore(folder.File("blocks.db"));
        Assert.That(
            () => new LiteDbBlockStore(folder.File("blocks.db")),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.InUse));
    }

    private static async Task WriteBlocks(SimulatedDisk disk, int count, int bodyLength = 300)
    {
        await using var store = new LiteDbBlockStore(File, disk, Small);
        for (int height = 1; height <= count; height++)
        {
            store.Append(Sample.Block(height, bodyLength));
        }
    }

    private static async Task<int> ReadAll(SimulatedDisk disk, int count)
    {
        int refused = 0;
        try
        {
            await using var store = new LiteDbBlockStore(File, disk, Small);
            for (int height = 1; height <= count; height++)
            {
                try
                {
                    StoredBlock? block = store.TryRead(new BlockHeight(height));
                    Assert.That(block is null || Sample.Same(block, Sample.Block(height)), Is.True);
                }
                catch (StorageException)
                {
                    refused++;
                }
            }
        }
        catch (StorageException)
        {
            refused++;
        }

        return refused;
    }

    private static async Task<long> WriteBlocksUntilPowerLoss(SimulatedDisk disk)
    {
        long durable = 0;
        try
        {
            await using var store = new LiteDbBlockStore(File, disk, Small);
            for (int height = 1; height <= 250; height++)
            {
                store.Append(Sample.Block(height, 2_000));
                store.PutCertificate(new BlockHeight(height), Sample.Bytes(height, 50));
                durable = store.DurableHead.Value;
                if (height % 40 == 0)
                {
                    await store.FlushAsync(CancellationToken.None);
                    durable = store.DurableHead.Value;
                }
            }
        }
        catch (StorageException)
        {
            // The power is off.
        }

        return durable;
    }

    private static async Task<bool> HoldsBlocks(SimulatedDisk disk, long durable)
    {
        await using var store = new LiteDbBlockStore(File, disk, Small);
        Assert.That(store.Head.Value, Is.GreaterThanOrEqualTo(durable));
        Assert.That(store.DurableHead, Is.EqualTo(store.Head));
        for (long height = 1; height <= store.Head.Value; height++)
        {
            Assert.That(Sample.Same(store.TryRead(new BlockHeight(height)), Sample.Block(height, 2_000)), Is.True, $"{height}");
            bool needsCertificate = height < durable; // That of the head may have been put after its block was durable.
            Assert.That(!needsCertificate || store.TryReadCertificate(new BlockHeight(height)) is not null, Is.True);
        }

        store.Append(Sample.Block(store.Head.Value + 1, 2_000));
        await store.FlushAsync(CancellationToken.None);
        return true;
    }

    private static async Task<long> WriteStateUntilPowerLoss(SimulatedDisk disk)
    {
        long durable = 0;
        try
        {
            await using var store = new LiteDbStateStore(File, disk, Small);
            for (int height = 1; height <= 100; height++)
            {
                store.Apply(new BlockHeight(height), Digest.Of([(byte)height]), Changes(height));
                if (height % 10 == 0)
                {
                    await store.FlushAsync(CancellationToken.None);
                    durable = height;
                }
            }
        }
        catch (StorageException)
        {
            // The power is off.
        }

        return durable;
    }

    private static async Task<bool> HoldsState(SimulatedDisk disk, long durable)
    {
        await using var store = new LiteDbStateStore(File, disk, Small);
        StateImage image = store.Load();
        Assert.That(image.Height.Value, Is.GreaterThanOrEqualTo(durable));
        var model = new Dictionary<string, string>();
        for (int height = 1; height <= image.Height.Value; height++)
        {
            foreach (StateChange change in Changes(height))
            {
                string key = Convert.ToHexString(change.Key.Span);
                model.Remove(key);
                if (change.Value is { } value)
                {
                    model.Add(key, Convert.ToHexString(value.Span));
                }
            }
        }

        Assert.That(
            image.Entries.ToDictionary(entry => Convert.ToHexString(entry.Key.Span), entry => Convert.ToHexString(entry.Value.Span)),
            Is.EquivalentTo(model));
        store.Apply(image.Height.Next, default, []);
        await store.FlushAsync(CancellationToken.None);
        return true;
    }

    private static StateChange[] Changes(int height) =>
    [
        new(Sample.Bytes(height % 23, 8), Sample.Bytes(height, 120)),
        new(Sample.Bytes(100 + (height % 7), 8), height % 3 == 0 ? (ReadOnlyMemory<byte>?)null : Sample.Bytes(height, 40)),
    ];
}
