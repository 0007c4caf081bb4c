using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>What validators of one process work out once.</summary>
[TestFixture]
public sealed class SharedBatchesTests
{
    [Test]
    public void Same_bytes_in_another_buffer_give_the_batch_that_is_known()
    {
        var shared = new SharedBatches();
        Batch own = MachineHarness.BatchOf(0, 1);
        shared.Add(own);
        Assert.That(shared.Decode(own.Encoded.ToArray()), Is.SameAs(own));
    }

    [Test]
    public void Another_signature_under_the_same_header_gives_another_batch()
    {
        var shared = new SharedBatches();
        Batch own = MachineHarness.BatchOf(0, 1);
        shared.Add(own);
        Batch other = Batch.Create(own.Header, new Signature([.. Enumerable.Repeat((byte)7, Signature.Size)]), PayloadOf(own));
        Batch decoded = shared.Decode(other.Encoded);
        Assert.That(decoded.Signature, Is.EqualTo(other.Signature));
    }

    [Test]
    public void Another_payload_under_a_known_header_is_no_batch()
    {
        var shared = new SharedBatches();
        Batch own = MachineHarness.BatchOf(0, 1);
        shared.Add(own);
        byte[] changed = own.Encoded.ToArray();
        changed[^1] ^= 1;
        Assert.That(() => shared.Decode(changed), Throws.TypeOf<MalformedDataException>());
    }

    [Test]
    public void Root_is_the_one_over_all_transactions_in_order()
    {
        Batch[] batches = [MachineHarness.BatchOf(0, 1), MachineHarness.BatchOf(1, 1), MachineHarness.BatchOf(2, 1)];
        var shared = new SharedBatches();
        Digest expected = RootOf(batches);
        Assert.That(shared.TransactionsRoot(batches), Is.EqualTo(expected));
        Assert.That(shared.TransactionsRoot(batches), Is.EqualTo(expected), "the second time");
        Batch[] turned = [.. batches.Reverse()];
        Assert.That(shared.TransactionsRoot(turned), Is.EqualTo(RootOf(turned)));
    }

    [Test]
    public void Root_of_no_batches_is_that_of_an_empty_list() =>
        Assert.That(new SharedBatches().TransactionsRoot([]), Is.EqualTo(MerkleTree.Root([])));

    [Test]
    public void Cache_forgets_the_oldest_beyond_its_number_and_its_weight()
    {
        var cache = new BoundedCache<string>(maxCount: 3, maxWeight: 10);
        foreach (byte key in (byte[])[1, 2, 3, 4])
        {
            cache.GetOrAdd(Key(key), $"{key}", weight: 1);
        }

        Assert.That(cache.Find(Key(1)), Is.Null);
        Assert.That(cache.Find(Key(2)), Is.EqualTo("2"));
        cache.GetOrAdd(Key(5), "5", weight: 9);
        Assert.That(cache.Count, Is.EqualTo(2));
        Assert.That(cache.GetOrAdd(Key(5), "other", weight: 9), Is.EqualTo("5"));
    }

    [Test]
    public void Leaf_hashes_of_repeated_receipts_are_those_of_each()
    {
        ReadOnlyMemory<byte>[] receipts = [new byte[] { 1 }, new byte[] { 1 }, new byte[] { 2 }, new byte[] { 1 }, Array.Empty<byte>()];
        Assert.That(
            BlockEncoding.HashLeaves(receipts), Is.EqualTo(receipts.Select(r => MerkleTree.HashLeaf(r.Span)).ToArray()));
    }

    private static Digest Key(byte value) => Digest.Of([value]);

    private static Digest RootOf(IEnumerable<Batch> batches) =>
        MerkleTree.Root(batches.SelectMany(b => b.Transactions).Select(t => MerkleTree.HashLeaf(t.Span)).ToArray());

    private static ReadOnlyMemory<byte> PayloadOf(Batch batch) => Batch.EncodePayload(batch.Transactions);
}
