using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contract;

/// <summary>What every blob store does.</summary>
public abstract class BlobStoreContract
{
    private IBlobStore _store = null!;

    protected abstract IBlobStore Open();

    [SetUp]
    public void OpenStore() => _store = Open();

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    [Test]
    public async Task Blob_is_read_back_under_its_digest()
    {
        byte[] blob = Sample.Bytes(1, 70_000);
        await _store.PutAsync([blob], CancellationToken.None);
        ReadOnlyMemory<byte>? read = await _store.TryGetAsync(Digest.Of(blob), CancellationToken.None);
        Assert.That(read!.Value.ToArray(), Is.EqualTo(blob));
    }

    [Test]
    public async Task Blob_survives_reopening()
    {
        byte[] blob = Sample.Bytes(2, 10);
        await _store.PutAsync([blob], CancellationToken.None);
        await _store.DisposeAsync();
        _store = Open();
        Assert.That((await _store.TryGetAsync(Digest.Of(blob), CancellationToken.None))!.Value.ToArray(), Is.EqualTo(blob));
    }

    [Test]
    public async Task Beginning_of_a_blob_is_read_into_the_caller_s_memory_with_the_blob_s_length()
    {
        byte[] blob = Sample.Bytes(6, 1_000);
        Assert.That(await _store.PutAsync([blob], CancellationToken.None), Is.EqualTo([Digest.Of(blob)]));
        byte[] kept = [.. blob];
        blob.AsSpan().Clear();
        foreach (int room in new[] { 0, 10, 1_000, 2_000 })
        {
            byte[] destination = new byte[room];
            Assert.That(await _store.TryReadAsync(Digest.Of(kept), destination, CancellationToken.None), Is.EqualTo(1_000));
            Assert.That(destination, Is.EqualTo(kept.Concat(new byte[1_000]).Take(room)));
        }

        Assert.That(await _store.TryReadAsync(Digest.Of([7]), new byte[10], CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Unknown_digest_gives_nothing() =>
        Assert.That(await _store.TryGetAsync(Digest.Of([1, 2, 3]), CancellationToken.None), Is.Null);

    [Test]
    public async Task Empty_blob_is_a_blob()
    {
        await _store.PutAsync([ReadOnlyMemory<byte>.Empty], CancellationToken.None);
        Assert.That((await _store.TryGetAsync(Digest.Of([]), CancellationToken.None))!.Value.Length, Is.Zero);
    }

    [Test]
    public async Task Batch_stores_all_and_lists_each_once()
    {
        ReadOnlyMemory<byte>[] blobs = [.. Enumerable.Range(0, 300).Select(i => (ReadOnlyMemory<byte>)Sample.Bytes(i, i))];
        await _store.PutAsync([.. blobs, blobs[7]], CancellationToken.None);
        await _store.PutAsync([blobs[8]], CancellationToken.None);
        Assert.That(_store.List(), Is.EquivalentTo(blobs.Select(blob => Digest.Of(blob.Span))));
    }

    [Test]
    public async Task Erased_blob_is_gone_and_erasing_again_says_so()
    {
        byte[] blob = Sample.Bytes(3, 100);
        await _store.PutAsync([blob], CancellationToken.None);
        Assert.That(await _store.EraseAsync(Digest.Of(blob), CancellationToken.None), Is.True);
        Assert.That(await _store.TryGetAsync(Digest.Of(blob), CancellationToken.None), Is.Null);
        Assert.That(await _store.EraseAsync(Digest.Of(blob), CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Erased_blob_can_be_stored_again()
    {
        byte[] blob = Sample.Bytes(4, 100);
        await _store.PutAsync([blob], CancellationToken.None);
        await _store.EraseAsync(Digest.Of(blob), CancellationToken.None);
        await _store.PutAsync([blob], CancellationToken.None);
        Assert.That(_store.List(), Is.EqualTo([Digest.Of(blob)]));
    }

    [Test]
    public async Task Writers_of_the_same_blobs_do_not_disturb_one_another()
    {
        ReadOnlyMemory<byte>[] blobs = [.. Enumerable.Range(0, 50).Select(i => (ReadOnlyMemory<byte>)Sample.Bytes(i, 500))];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await _store.PutAsync(blobs, CancellationToken.None))));
        Assert.That(_store.List().Count(), Is.EqualTo(50));
    }

    [Test]
    public void Cancelled_put_stores_nothing()
    {
        Assert.That(
            async () => await _store.PutAsync([Sample.Bytes(5, 10)], new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_store.List(), Is.Empty);
    }
}
