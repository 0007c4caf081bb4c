using CsCheck;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

/// <summary>What blob files do beyond the contract: power loss, damage and full disks.</summary>
[TestFixture]
public sealed class FileBlobStoreTests
{
    private const string Folder = "/blobs";

    [Test]
    public void Acknowledged_blobs_survive_any_power_loss_and_none_is_ever_torn() =>
        Gen.Select(Gen.Int[1, 300], Gen.Enum<PowerLoss>(), Gen.Int[0, 1_000_000]).Sample(
            (operations, loss, seed) =>
            {
                var disk = new SimulatedDisk { OperationsUntilPowerLoss = operations };
                List<Digest> acknowledged = PutUntilPowerLoss(disk).GetAwaiter().GetResult();
                return HoldsBlobs(disk.AfterPowerLoss(loss, seed), acknowledged).GetAwaiter().GetResult();
            },
            iter: 100,
            threads: 1);

    [Test]
    public async Task Damaged_blob_is_reported_with_its_file()
    {
        var disk = new SimulatedDisk();
        await using var store = new FileBlobStore(Folder, disk);
        byte[] blob = Sample.Bytes(1, 100);
        await store.PutAsync([blob], CancellationToken.None);
        string name = Digest.Of(blob).ToString();
        disk.FlipByte(Path.Combine(Folder, name[..2], name[2..]), 50);
        await Assert.ThatAsync(
            async () => await store.TryGetAsync(Digest.Of(blob), CancellationToken.None),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt).And.Message.Contains(name[2..]));
    }

    [Test]
    public async Task Full_disk_refuses_a_blob_and_still_reads_the_others()
    {
        var disk = new SimulatedDisk();
        await using var store = new FileBlobStore(Folder, disk);
        byte[] blob = Sample.Bytes(1, 100);
        await store.PutAsync([blob], CancellationToken.None);
        disk.IsFull = true;
        await Assert.ThatAsync(
            async () => await store.PutAsync([Sample.Bytes(2, 100)], CancellationToken.None),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Unavailable));
        Assert.That((await store.TryGetAsync(Digest.Of(blob), CancellationToken.None))!.Value.ToArray(), Is.EqualTo(blob));
    }

    [Test]
    public async Task Batch_flushes_each_folder_once()
    {
        var disk = new SimulatedDisk();
        await using var store = new FileBlobStore(Folder, disk);
        ReadOnlyMemory<byte>[] blobs = [.. Enumerable.Range(0, 2_000).Select(i => (ReadOnlyMemory<byte>)Sample.Bytes(i, 10))];
        await store.PutAsync(blobs, CancellationToken.None);
        Assert.That(disk.FolderFlushes, Is.LessThanOrEqualTo(256));
    }

    [Test]
    public async Task Unfinished_files_go_at_the_next_opening()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("unfinished"));
        await File.WriteAllTextAsync(folder.File("unfinished/left"), "x");
        await using var store = new FileBlobStore(folder.Path);
        Assert.That(Directory.GetFiles(folder.File("unfinished")), Is.Empty);
    }

    [Test]
    public async Task Second_open_of_the_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var store = new FileBlobStore(folder.Path);
        Assert.That(
            () => new FileBlobStore(folder.Path),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.InUse));
    }

    private static async Task<List<Digest>> PutUntilPowerLoss(SimulatedDisk disk)
    {
        var acknowledged = new List<Digest>();
        try
        {
            await using var store = new FileBlobStore(Folder, disk);
            for (int i = 0; i < 20; i++)
            {
                ReadOnlyMemory<byte>[] batch = [Sample.Bytes(i, 3_000), Sample.Bytes(100 + i, 10), Sample.Bytes(i / 2, 3_000)];
                await store.PutAsync(batch, CancellationToken.None);
                acknowledged.AddRange(batch.Select(blob => Digest.Of(blob.Span)));
            }
        }
        catch (StorageException)
        {
            // The power is off.
        }

        return acknowledged;
    }

    private static async Task<bool> HoldsBlobs(SimulatedDisk disk, List<Digest> acknowledged)
    {
        await using var store = new FileBlobStore(Folder, disk);
        List<Digest> listed = [.. store.List()];
        foreach (Digest digest in acknowledged.Union(listed))
        {
            Assert.That(await store.TryGetAsync(digest, CancellationToken.None), Is.Not.Null);
        }

        return true;
    }
}
