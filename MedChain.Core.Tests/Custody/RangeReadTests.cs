using CsCheck;
using MedChain.Core.Clients;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Custody;

/// <summary>Large records: stored from a stream and read in parts, without ever being in memory.</summary>
[TestFixture]
public sealed class RangeReadTests
{
    /// <summary>Bytes of the tag of the algorithms that this machine prefers.</summary>
    private const int ContentHeaderTag = 16;

    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Custodians _custodians = null!;
    private TemporaryFolder _folder = null!;
    private WatchedBlobStore _blobs = null!;
    private FileBlobStore _files = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _custodians = new Custodians(_chain);
        _folder = new TemporaryFolder();
        _files = new FileBlobStore(_folder.Path);
        _blobs = new WatchedBlobStore(_files);
    }

    [TearDown]
    public async Task Stop()
    {
        await _blobs.DisposeAsync();
        await _files.DisposeAsync();
        _folder.Dispose();
        _patient.Dispose();
        _chain.Dispose();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(200_000)]
    [TestCase(5_000_000)]
    public async Task Any_part_of_a_record_is_what_was_stored(int length)
    {
        using OpenedRecord record = await StoreAsync(length);
        Assert.That(record.Length, Is.EqualTo(length));
        Gen.Select(Gen.Int[0, length], Gen.Int[0, length]).Sample(
            (one, other) =>
            {
                (int from, int to) = (Math.Min(one, other), Math.Min(Math.Max(one, other), Math.Min(one, other) + 300_000));
                byte[] part = record.ReadRangeAsync(from, to - from).GetAwaiter().GetResult();
                return PatternStream.Matches(from, part);
            },
            iter: 30,
            threads: 1);
        await record.CopyToAsync(new PatternStream(length));
        foreach ((long offset, int count) in new[] { (-1L, 1), (length, 1), (0, length + 1), (long.MaxValue, 1), (0, -1) })
        {
            await Assert.ThatAsync(() => record.ReadRangeAsync(offset, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task Part_reads_only_the_chunks_that_it_touches_and_one_page_of_the_index()
    {
        using OpenedRecord record = await StoreAsync(20_000_000);
        _blobs.Read.Clear();
        await record.ReadRangeAsync((3 * 65_536) - 1, 2);
        Assert.That(_blobs.Read, Has.Count.EqualTo(3), "a page, and the chunks on both sides of a border");
        _blobs.Read.Clear();
        await record.ReadRangeAsync(10 * 65_536, 65_536);
        Assert.That(_blobs.Read, Has.Count.EqualTo(1), "the page is known");
        _blobs.Read.Clear();
        await record.ReadRangeAsync(19_999_999, 1);
        Assert.That(_blobs.Read, Has.Count.EqualTo(2), "the last page, and the last chunk");
    }

    [Test]
    public async Task Changed_lost_or_exchanged_chunk_is_noticed_where_it_is_read_and_nowhere_else()
    {
        using OpenedRecord record = await StoreAsync(6_000_000);
        Digest[] chunks = [.. await NamesAsync(record.Record)];
        Change(chunks[5], bytes => bytes[100] ^= 1);
        await _files.EraseAsync(chunks[7], default);
        File.Copy(PathOf(chunks[10]), PathOf(chunks[9]), overwrite: true);
        foreach (int bad in new[] { 5, 7, 9 })
        {
            byte[] destination = [1, 2, 3];
            StorageException? failure = await Assert.ThrowsAsync<StorageException>(
                () => record.ReadAsync((bad * 65_536L) + 10, destination));
            Assert.That(failure!.Fault, Is.EqualTo(StorageFault.Corrupt));
            Assert.That(failure.Message, Does.Contain($"Chunk {bad}"));
            Assert.That(destination, Is.All.Zero);
        }

        Assert.That(PatternStream.Matches(6 * 65_536, await record.ReadRangeAsync(6 * 65_536, 65_536)));
        Assert.That(PatternStream.Matches(10 * 65_536, await record.ReadRangeAsync(10 * 65_536, 1_000_000)));
        await Assert.ThatAsync(() => record.CopyToAsync(new PatternStream(record.Length)), Throws.InstanceOf<StorageException>());
    }

    [Test]
    public async Task Changed_page_of_the_index_is_noticed()
    {
        using OpenedRecord record = await StoreAsync(20_000_000);
        RecordManifest manifest = (await ManifestAsync(record.Record))!;
        Change(manifest.Content.Pages[1].Name, bytes => bytes[40] ^= 1);
        await Assert.ThatAsync(() => record.ReadRangeAsync(19_000_000, 1), Throws.InstanceOf<StorageException>());
        Assert.That(PatternStream.Matches(5, await record.ReadRangeAsync(5, 10)));
    }

    [TestCase(0, 1_024)]
    [TestCase(1_024, 1_024)]
    [TestCase(1_025, 2_048)]
    [TestCase(40_000, 65_536)]
    [TestCase(65_536 + 5_000, 8_192)]
    public async Task Store_sees_the_last_chunk_s_length_as_a_power_of_two(int length, int shown)
    {
        using OpenedRecord record = await StoreAsync(length);
        Digest last = (await NamesAsync(record.Record)).Last();
        int overhead = RecordSealer.MarkSize + ContentHeaderTag;
        Assert.That(new FileInfo(PathOf(last)).Length, Is.EqualTo(shown + overhead));
    }

    /// <summary>Measured by what is allocated, by both sides and the store together: no more than a quarter of the content.</summary>
    [Test]
    [NonParallelizable]
    public async Task Memory_does_not_grow_with_the_record() => await CheckMemoryAsync(48 * 1024 * 1024);

    [Test]
    [NonParallelizable]
    [Explicit("Writes a gibibyte, and takes a minute or more.")]
    public async Task Imaging_study_of_a_gibibyte_is_stored_and_read() => await CheckMemoryAsync(ContentCipher.MaxLength);

    [Test]
    public async Task Longer_content_is_refused_and_what_was_stored_of_a_failed_one_goes()
    {
        using var upload = new RecordUpload(_chain.Genesis.Chain, _patient.On(_chain), _blobs);
        await Assert.ThatAsync(() => upload.WriteAsync(new BrokenStream(3_000_000), default), Throws.InstanceOf<IOException>());
        Assert.That(_files.List(), Is.Not.Empty);
        await upload.AbandonAsync();
        Assert.That(_files.List(), Is.Empty);
        Assert.That(new ContentIndex(ContentCipher.MaxLength, [], []).Count, Is.EqualTo(ContentCipher.MaxChunks));
        byte[] longer = Canonical.Encode(new ContentIndex(ContentCipher.MaxLength + 1, [], []));
        Assert.That(() => Canonical.Decode<ContentIndex>(longer), Throws.InstanceOf<MalformedDataException>());
    }

    /// <summary>The tree over pages is the tree over chunks, wherever the last page ends.</summary>
    [Test]
    public void Root_over_pages_is_that_over_all_chunks() => Gen.Int[65, 3_000].Sample(
        count =>
        {
            Digest[] names = [.. Enumerable.Range(0, count).Select(i => Digest.Of(BitConverter.GetBytes(i)))];
            (ContentIndex index, IReadOnlyList<byte[]> pages) = ContentIndex.Of(Digest.Of([1]), count * 65_536L, names);
            return index.Problem() is null
                && index.Root == ContentRoot.Of(names)
                && index.Pages.Select((page, i) => page.TryRead(pages[i], index.CountOf(i), out Digest[]? read) ? read : [])
                    .SelectMany(read => read).SequenceEqual(names);
        },
        iter: 40);

    private async Task CheckMemoryAsync(long length)
    {
        var stored = new List<long>();
        long before = GC.GetTotalAllocatedBytes(precise: false);
        using OpenedRecord record = await StoreAsync(length, new Watch(stored.Add));
        long between = GC.GetTotalAllocatedBytes(precise: false);
        var read = new List<long>();
        await record.CopyToAsync(new PatternStream(length), new Watch(read.Add));
        long after = GC.GetTotalAllocatedBytes(precise: false);
        await TestContext.Out.WriteLineAsync($"{length} bytes: {between - before} allocated to store, {after - between} to read");
        Assert.That(new[] { between - before, after - between }, Is.All.LessThan(length / 4));
        Assert.That((stored[^1], read[^1]), Is.EqualTo((length, length)));
        Assert.That((stored, read), Is.EqualTo((stored.Order().ToList(), read.Order().ToList())), "progress goes forward");
    }

    private async Task<OpenedRecord> StoreAsync(long length, IProgress<long>? progress = null)
    {
        using var upload = new RecordUpload(_chain.Genesis.Chain, _patient.On(_chain), _blobs, progress);
        ContentIndex index = await upload.WriteAsync(new PatternStream(length), default);
        SealedRecord record = upload.Sealer.Deal(
            index, epoch: 0, _chain.Genesis.Validators, new RecordDescription("imaging").Normalize(DateTimeOffset.UnixEpoch));
        await _blobs.PutAsync([record.Manifest.Bytes, record.KeyHeader.Bytes], default);
        Receipt receipt = _chain.Send(_patient, record.Command, record.Manifest, record.KeyHeader);
        Assert.That(receipt.Reason, Is.Empty);
        _custodians.Accept(_patient, record);
        Digest id = record.Command.Record;

        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "PATRQT", "", "", _patient.Acting(_chain), id));
        _chain.Send(_patient, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
        ReleasedShares[] released = [.. _custodians.All.Select(c => c.ReleaseAsync(request, default).AsTask().Result.Shares!)];
        using var shares = new OpenedShares(_chain.Genesis.Chain, request, _patient.Agreement, released);
        (RecordContents? contents, string? problem) = await RecordContents.OpenAsync(
            _chain.Genesis.Chain,
            new PermittedRecord(id, record.Command.ContentRoot, record.Command.Manifest, record.Command.KeyHeader),
            shares,
            _blobs,
            default);
        Assert.That(problem, Is.Null);
        return new OpenedRecord(id, contents!);
    }

    private async Task<RecordManifest?> ManifestAsync(Digest record) => await AttachmentReader.TryReadAsync<RecordManifest>(
        _files, _chain.State.Get<RecordEntry>(StateKey.Record(_patient.On(_chain), record))!.Manifest, default);

    private async Task<IEnumerable<Digest>> NamesAsync(Digest record)
    {
        var map = new ContentMap((await ManifestAsync(record))!.Content, _files);
        return (await Task.WhenAll(Enumerable.Range(0, map.Index.Count).Select(i => map.TryNameAsync(i, default).AsTask())))
            .Select(name => name!.Value);
    }

    private string PathOf(Digest blob) => Path.Combine(_folder.Path, blob.ToString()[..2], blob.ToString()[2..]);

    private void Change(Digest blob, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(blob));
        change(bytes);
        File.WriteAllBytes(PathOf(blob), bytes);
    }

    private sealed class Watch(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    /// <summary>Fails after some bytes.</summary>
    private sealed class BrokenStream(int length) : MemoryStream(new byte[length])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The stream broke.");
        }
    }
}
