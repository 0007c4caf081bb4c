using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contract;

/// <summary>What every block store does.</summary>
public abstract class BlockStoreContract
{
    private IBlockStore _store = null!;

    protected abstract IBlockStore Open();

    [SetUp]
    public void OpenStore() => _store = Open();

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    [Test]
    public void New_store_is_empty()
    {
        Assert.That(_store.Head.Value, Is.Zero);
        Assert.That(_store.DurableHead.Value, Is.Zero);
        Assert.That(_store.TryRead(new BlockHeight(1)), Is.Null);
        Assert.That(_store.TryReadCertificate(new BlockHeight(1)), Is.Null);
    }

    [Test]
    public void Accepted_block_is_read_at_once()
    {
        _store.Append(Sample.Block(1));
        Assert.That(_store.Head.Value, Is.EqualTo(1));
        Assert.That(Sample.Same(_store.TryRead(new BlockHeight(1)), Sample.Block(1)), Is.True);
    }

    [Test]
    public async Task Blocks_and_certificates_survive_reopening()
    {
        for (int height = 1; height <= 40; height++)
        {
            _store.Append(Sample.Block(height, height * 1_000));
            _store.PutCertificate(new BlockHeight(height), Sample.Bytes(height, 300));
        }

        await _store.DisposeAsync();
        _store = Open();
        Assert.That(_store.Head.Value, Is.EqualTo(40));
        Assert.That(_store.DurableHead.Value, Is.EqualTo(40));
        for (int height = 1; height <= 40; height++)
        {
            Assert.That(Sample.Same(_store.TryRead(new BlockHeight(height)), Sample.Block(height, height * 1_000)), Is.True);
            Assert.That(_store.TryReadCertificate(new BlockHeight(height))!.Value.ToArray(), Is.EqualTo(Sample.Bytes(height, 300)));
        }
    }

    [Test]
    public async Task Flush_makes_the_head_durable()
    {
        _store.Append(Sample.Block(1));
        _store.Append(Sample.Block(2));
        await _store.FlushAsync(CancellationToken.None);
        Assert.That(_store.DurableHead.Value, Is.EqualTo(2));
        Assert.That(Sample.Same(_store.TryRead(new BlockHeight(2)), Sample.Block(2)), Is.True);
    }

    [Test]
    public async Task Stored_block_can_be_appended_again_and_changes_nothing()
    {
        _store.Append(Sample.Block(1));
        _store.Append(Sample.Block(2));
        await _store.FlushAsync(CancellationToken.None);
        _store.Append(Sample.Block(1));
        Assert.That(_store.Head.Value, Is.EqualTo(2));
    }

    [Test]
    public void Another_block_at_a_stored_height_is_refused()
    {
        _store.Append(Sample.Block(1));
        Assert.That(() => _store.Append(Sample.Block(1) with { HeaderHash = Digest.Of([9]) }), Throws.ArgumentException);
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(-1)]
    public void Block_that_does_not_follow_is_refused(long height)
    {
        _store.Append(Sample.Block(1));
        Assert.That(() => _store.Append(Sample.Block(1) with { Height = new BlockHeight(height) }), Throws.ArgumentException);
        Assert.That(_store.Head.Value, Is.EqualTo(1));
    }

    [Test]
    public async Task Last_certificate_stays()
    {
        _store.Append(Sample.Block(1));
        _store.PutCertificate(new BlockHeight(1), new byte[] { 1 });
        await _store.FlushAsync(CancellationToken.None);
        _store.PutCertificate(new BlockHeight(1), new byte[] { 2 });
        Assert.That(_store.TryReadCertificate(new BlockHeight(1))!.Value.ToArray(), Is.EqualTo([2]));
        await _store.FlushAsync(CancellationToken.None);
        Assert.That(_store.TryReadCertificate(new BlockHeight(1))!.Value.ToArray(), Is.EqualTo([2]));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void Certificate_without_a_block_is_refused(long height)
    {
        _store.Append(Sample.Block(1));
        Assert.That(() => _store.PutCertificate(new BlockHeight(height), new byte[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Block_of_twenty_megabytes_is_kept()
    {
        _store.Append(Sample.Block(1, 20_000_000));
        await _store.FlushAsync(CancellationToken.None);
        Assert.That(Sample.Same(_store.TryRead(new BlockHeight(1)), Sample.Block(1, 20_000_000)), Is.True);
    }

    [Test]
    public async Task Store_that_starts_after_a_block_has_none_up_to_it()
    {
        for (int height = 1; height <= 10; height++)
        {
            _store.Append(Sample.Block(height));
            _store.PutCertificate(new BlockHeight(height), Sample.Bytes(height, 30));
        }

        StoredAnchor anchor = Anchor(6, Sample.Block(6).HeaderHash);
        _store.StartAfter(anchor);
        _store.StartAfter(anchor);
        for (int round = 0; round < 2; round++)
        {
            Assert.That(_store.First.Value, Is.EqualTo(7));
            Assert.That(_store.Head.Value, Is.EqualTo(10));
            Assert.That(_store.TryRead(new BlockHeight(6)), Is.Null);
            Assert.That(_store.TryReadCertificate(new BlockHeight(6)), Is.Null);
            Assert.That(Sample.Same(_store.TryRead(new BlockHeight(7)), Sample.Block(7)), Is.True);
            Assert.That(_store.TryReadCertificate(new BlockHeight(7)), Is.Not.Null);
            Assert.That(_store.Anchor!.Content.ToArray(), Is.EqualTo(anchor.Content.ToArray()));
            Assert.That(() => _store.Append(Sample.Block(6)), Throws.ArgumentException);
            await _store.DisposeAsync();
            _store = Open();
        }

        _store.Append(Sample.Block(11));
        Assert.That(_store.Head.Value, Is.EqualTo(11));
    }

    [Test]
    public async Task Store_that_starts_above_its_head_goes_on_there()
    {
        _store.Append(Sample.Block(1));
        _store.StartAfter(Anchor(500, Digest.Of([5])));
        Assert.That(_store.Head.Value, Is.EqualTo(500));
        Assert.That(_store.TryRead(new BlockHeight(1)), Is.Null);
        Assert.That(() => _store.Append(Sample.Block(2)), Throws.ArgumentException);
        _store.Append(Sample.Block(501));
        await _store.FlushAsync(CancellationToken.None);
        Assert.That(_store.DurableHead.Value, Is.EqualTo(501));
        await _store.DisposeAsync();
        _store = Open();
        Assert.That(_store.First.Value, Is.EqualTo(501));
        Assert.That(_store.Head.Value, Is.EqualTo(501));
        Assert.That(_store.Anchor!.HeaderHash, Is.EqualTo(Digest.Of([5])));
    }

    [Test]
    public void Anchor_that_contradicts_a_block_or_goes_back_is_refused()
    {
        _store.Append(Sample.Block(1));
        _store.Append(Sample.Block(2));
        Assert.That(() => _store.StartAfter(Anchor(1, Digest.Of([9]))), Throws.ArgumentException);
        _store.StartAfter(Anchor(2, Sample.Block(2).HeaderHash));
        Assert.That(() => _store.StartAfter(Anchor(1, Sample.Block(1).HeaderHash)), Throws.ArgumentException);
        Assert.That(() => _store.StartAfter(Anchor(2, Digest.Of([9]))), Throws.ArgumentException);
    }

    [Test]
    public async Task Readers_beside_a_writer_get_the_right_bytes()
    {
        const int Blocks = 300;
        using var stop = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 3).Select(seed => Task.Run(() => ReadRandomly(seed, stop.Token)))];
        for (int height = 1; height <= Blocks; height++)
        {
            _store.Append(Sample.Block(height, 5_000));
        }

        await _store.FlushAsync(CancellationToken.None);
        await stop.CancelAsync();
        int[] wrong = await Task.WhenAll(readers);
        Assert.That(wrong, Is.All.Zero);
    }

    private static StoredAnchor Anchor(long height, Digest hash) => new(new BlockHeight(height), hash, Sample.Bytes((int)height, 900));

    private int ReadRandomly(int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        int wrong = 0;
        while (!stop.IsCancellationRequested)
        {
            long head = _store.Head.Value;
            if (head > 0)
            {
                long height = random.NextInt64(1, head + 1);
                wrong += Sample.Same(_store.TryRead(new BlockHeight(height)), Sample.Block(height, 5_000)) ? 0 : 1;
            }
        }

        return wrong;
    }
}
