using CsCheck;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

/// <summary>What a log file does beyond the contract: power loss, damage, flushes and segments.</summary>
[TestFixture]
public sealed class FileConsensusLogTests
{
    private const string Folder = "/log";
    private const int NoRotation = 1 << 30;

    [Test]
    public async Task Appends_that_wait_together_share_flushes()
    {
        var disk = new SimulatedDisk();
        await using var log = new FileConsensusLog(Folder, disk, NoRotation);
        log.Open("a");
        int before = disk.FileFlushes;
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => log.AppendAsync("a", [Sample.Record(i, i)]).AsTask()));
        Assert.That(disk.FileFlushes - before, Is.LessThan(500));
    }

    [Test]
    public void Acknowledged_records_survive_any_power_loss() =>
        Gen.Select(Gen.Int[1, 120], Gen.Enum<PowerLoss>(), Gen.Int[0, 1_000_000], Gen.Int[600, 6_000]).Sample(
            (operations, loss, seed, segmentSize) =>
            {
                var disk = new SimulatedDisk { OperationsUntilPowerLoss = operations };
                (List<LogRecord> acknowledged, List<LogRecord> sent) = AppendUntilPowerLoss(disk, segmentSize).GetAwaiter().GetResult();
                string[] found = ReadAfter(disk.AfterPowerLoss(loss, seed), segmentSize, sent.Count);
                return found.Length >= acknowledged.Count && found.SequenceEqual(Sample.Describe(sent.Take(found.Length)));
            },
            iter: 600,
            threads: 1);

    [Test]
    public async Task Torn_tail_of_any_length_is_cut_and_the_log_goes_on()
    {
        SimulatedDisk disk = await Written(3);
        SimulatedDisk shorter = await Written(2);
        int full = disk.TryReadAll(Segment(1))!.Length;
        int kept = shorter.TryReadAll(Segment(1))!.Length;
        for (int length = kept; length < full; length++)
        {
            SimulatedDisk torn = disk.Copy();
            torn.Truncate(Segment(1), length);
            string[] left = Sample.Describe([Sample.Record(1, 0), Sample.Record(1, 1)]);
            Assert.That(ReadAfter(torn, NoRotation, next: 2), Is.EqualTo(left), $"{length}");
        }
    }

    [Test]
    public async Task Flipped_byte_anywhere_is_reported()
    {
        SimulatedDisk disk = await Written(3);
        int length = disk.TryReadAll(Segment(1))!.Length;
        for (int offset = 0; offset < length; offset++)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.FlipByte(Segment(1), offset);
            await using var log = new FileConsensusLog(Folder, damaged, NoRotation);
            Assert.That(log.Open("a").Damage, Does.Contain("votes-"), $"byte {offset}");
            await Assert.ThatAsync(
                async () => await log.AppendAsync("a", [Sample.Record(9, 9)]),
                Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt));
        }
    }

    [Test]
    public async Task Damaged_payload_concerns_only_its_stream_and_stays_until_mended()
    {
        var disk = new SimulatedDisk();
        await using (var log = new FileConsensusLog(Folder, disk, segmentSize: 100))
        {
            log.Open("a");
            log.Open("b");
            await log.AppendAsync("a", [Sample.Record(1, 1)]);
            await log.AppendAsync("b", [Sample.Record(1, 2)]);
        }

        int payload = Find(disk, Segment(1), Sample.Bytes(1, 200));
        disk.FlipByte(Segment(1), payload);
        for (int restart = 0; restart < 3; restart++)
        {
            await using var log = new FileConsensusLog(Folder, disk, segmentSize: 100);
            Assert.That(log.Open("a").Damage, Does.Contain($"'{disk.FullPath(Segment(1))}'"));
            Assert.That(log.Open("b").Damage, Is.Null);
            await log.AppendAsync("b", [Sample.Record(2 + restart, 3)]);
            log.Trim("a", new SlotNumber(100));
            log.Trim("b", new SlotNumber(100));
        }
    }

    [Test]
    public async Task Missing_segment_is_reported()
    {
        SimulatedDisk disk = await Written(5, segmentSize: 100);
        disk.Delete(Segment(2));
        await using var log = new FileConsensusLog(Folder, disk, 100);
        Assert.That(log.Open("a").Damage, Does.Contain("missing"));
    }

    [Test]
    public async Task Trimmed_segments_are_deleted_when_every_stream_is_past_them()
    {
        var disk = new SimulatedDisk();
        await using (var log = new FileConsensusLog(Folder, disk, segmentSize: 100))
        {
            log.Open("a");
            log.Open("b");
            await log.AppendAsync("b", [Sample.Record(1, 0)]);
            await log.AppendAsync("a", [new LogRecord(LogRecord.Pinned, 7, Sample.Bytes(7, 40))]);
            for (int slot = 1; slot <= 10; slot++)
            {
                await log.AppendAsync("a", [Sample.Record(slot, slot)]);
            }

            log.Trim("a", new SlotNumber(10));
            await log.AppendAsync("a", [Sample.Record(11, 11)]);
            Assert.That(disk.Exists(Segment(1)), Is.True, "stream b still needs it");
            log.Trim("b", new SlotNumber(1));
        }

        Assert.That(disk.ListFiles(Folder).Count(path => path.EndsWith(".log", StringComparison.Ordinal)), Is.LessThanOrEqualTo(2));
        await using var again = new FileConsensusLog(Folder, disk, 100);
        string[] needed = Sample.Describe([new LogRecord(LogRecord.Pinned, 7, Sample.Bytes(7, 40)), Sample.Record(11, 11)]);
        Assert.That(Sample.Describe(again.Open("a").Records), Is.EqualTo(needed));
    }

    [Test]
    public async Task Full_disk_fails_the_append_and_keeps_what_was_acknowledged()
    {
        var disk = new SimulatedDisk();
        await using (var log = new FileConsensusLog(Folder, disk, NoRotation))
        {
            log.Open("a");
            await log.AppendAsync("a", [Sample.Record(1, 0)]);
            disk.IsFull = true;
            await Assert.ThatAsync(
                async () => await log.AppendAsync("a", [Sample.Record(1, 1)]),
                Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Unavailable));
        }

        disk.IsFull = false;
        Assert.That(ReadAfter(disk, NoRotation, next: 1), Is.EqualTo(Sample.Describe([Sample.Record(1, 0)])));
    }

    [Test]
    public async Task Unknown_format_version_is_foreign()
    {
        SimulatedDisk disk = await Written(1);
        byte[] header = LogFormat.SegmentHeader(1);
        header[8] = 9;
        BitConverter.TryWriteBytes(header.AsSpan(28), Crc32C.Of(header.AsSpan(0, 28)));
        disk.Overwrite(Segment(1), header);
        Assert.That(
            () => new FileConsensusLog(Folder, disk, NoRotation),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Foreign));
    }

    [Test]
    public async Task Second_open_of_the_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using (new FileConsensusLog(folder.File("log")))
        {
            Assert.That(
                () => new FileConsensusLog(folder.File("log")),
                Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.InUse));
        }

        await using var again = new FileConsensusLog(folder.File("log"));
    }

    [Test]
    public void Checksum_is_that_of_the_standard() =>
        Assert.That(Crc32C.Of("123456789"u8), Is.EqualTo(0xE3069283u)); // The check value of CRC-32C, RFC 3720.

    private static string Segment(long number) => LogSegment.PathOf(Folder, number);

    private static async Task<SimulatedDisk> Written(int records, long segmentSize = NoRotation)
    {
        var disk = new SimulatedDisk();
        await using var log = new FileConsensusLog(Folder, disk, segmentSize);
        log.Open("a");
        for (int i = 0; i < records; i++)
        {
            await log.AppendAsync("a", [Sample.Record(1, i)]);
        }

        return disk;
    }

    private static async Task<(List<LogRecord> Acknowledged, List<LogRecord> Sent)> AppendUntilPowerLoss(
        SimulatedDisk disk, int segmentSize)
    {
        var acknowledged = new List<LogRecord>();
        var sent = new List<LogRecord>();
        try
        {
            await using var log = new FileConsensusLog(Folder, disk, segmentSize);
            log.Open("a");
            for (int i = 0; i < 60; i++)
            {
                LogRecord[] records = [Sample.Record(i, 2 * i, 700), Sample.Record(i, (2 * i) + 1, 30)];
                sent.AddRange(records);
                await log.AppendAsync("a", records);
                acknowledged.AddRange(records);
            }
        }
        catch (StorageException)
        {
            // The power is off.
        }

        return (acknowledged, sent);
    }

    /// <summary>Reads the records, appends one more, and checks that a third start finds all.</summary>
    private static string[] ReadAfter(SimulatedDisk disk, long segmentSize, int next)
    {
        string[] found;
        var log = new FileConsensusLog(Folder, disk, segmentSize);
        LogContents contents = log.Open("a");
        Assert.That(contents.Damage, Is.Null);
        found = Sample.Describe(contents.Records);
        log.AppendAsync("a", [Sample.Record(1, next)]).AsTask().GetAwaiter().GetResult();
        log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        log = new FileConsensusLog(Folder, disk, segmentSize);
        Assert.That(Sample.Describe(log.Open("a").Records), Is.EqualTo([.. found, Sample.Describe(Sample.Record(1, next))]));
        log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return found;
    }

    private static int Find(SimulatedDisk disk, string path, byte[] bytes) => disk.TryReadAll(path).AsSpan().IndexOf(bytes);
}
