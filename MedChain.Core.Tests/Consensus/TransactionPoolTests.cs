using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>What a validator takes in, and what it says when it takes no more.</summary>
[TestFixture]
public sealed class TransactionPoolTests
{
    private static readonly Digest Alice = Digest.Of([1]);
    private static readonly Digest Bob = Digest.Of([2]);
    private readonly ManualTime _time = new();

    [Test]
    public void Client_at_its_limit_leaves_room_for_others()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxClientTransactions = 2 });
        Assert.That(Add(pool, 1, Alice), Is.Null);
        Assert.That(Add(pool, 2, Alice), Is.Null);

        Assert.That(Add(pool, 3, Alice), Is.TypeOf<SubmitResult.Overloaded>());
        Assert.That(Add(pool, 4, Bob), Is.Null);
        Assert.That(Add(pool, 5, client: null), Is.Null, "Transactions without a client have the room of all.");
    }

    [Test]
    public void Client_is_bounded_in_bytes_too()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxClientBytes = 1024 });
        Assert.That(Add(pool, 1, Alice, size: 1000), Is.Null);

        Assert.That(Add(pool, 2, Alice, size: 100), Is.TypeOf<SubmitResult.Overloaded>());
        Assert.That(Add(pool, 3, Alice, size: 24), Is.Null);
    }

    [Test]
    public void Delivery_gives_the_client_its_room_back()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxClientTransactions = 1 });
        Add(pool, 1, Alice);
        pool.OnDelivered([Leaf(1)]);

        Assert.That(Add(pool, 2, Alice), Is.Null);
        Assert.That(pool.Measure().Single(b => b.Name == "pool.clients").Count, Is.EqualTo(1));
    }

    [Test]
    public void Clients_with_nothing_waiting_are_forgotten()
    {
        TransactionPool pool = Pool(new CbftLimits());
        Add(pool, 1, Alice);
        Add(pool, 2, Bob);
        pool.OnDelivered([Leaf(1), Leaf(2)]);

        Assert.That(pool.Measure().Single(b => b.Name == "pool.clients").Count, Is.Zero);
    }

    [Test]
    public void Overloaded_names_the_time_in_which_a_sixteenth_is_delivered()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxPendingTransactions = 159 });
        for (int i = 0; i < 159; i++)
        {
            Add(pool, i, client: null);
        }

        // 100 in a second: the next ten take a tenth.
        pool.OnDelivered([.. Enumerable.Range(0, 100).Select(Leaf)]);
        _time.Pass(TimeSpan.FromSeconds(1));
        for (int i = 1_000; i < 1_100; i++)
        {
            Assert.That(Add(pool, i, client: null), Is.Null);
        }

        Assert.That(
            Add(pool, 2_000, client: null), Is.EqualTo(new SubmitResult.Overloaded(TimeSpan.FromMilliseconds(100))));
    }

    [Test]
    public void Overloaded_without_any_delivery_names_the_time_that_a_new_leader_takes()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxPendingTransactions = 1, SlotTimeout = TimeSpan.FromSeconds(3) });
        Add(pool, 1, client: null);
        _time.Pass(TimeSpan.FromMinutes(1));

        Assert.That(Add(pool, 2, client: null), Is.EqualTo(new SubmitResult.Overloaded(TimeSpan.FromSeconds(3))));
    }

    [Test]
    public void All_buffers_are_within_their_bounds_when_everything_is_full()
    {
        TransactionPool pool = Pool(new CbftLimits { MaxPendingTransactions = 50, MaxPendingBytes = 2048 });
        for (int i = 0; i < 200; i++)
        {
            Add(pool, i, Digest.Of([(byte)i]));
        }

        Assert.That(pool.Measure(), Has.All.Property(nameof(BufferSize.IsWithinBounds)).True);
    }

    private static SubmitResult? Add(TransactionPool pool, int number, Digest? client, int size = 64) =>
        pool.TryAdd(EngineCluster.Transaction(number, size), client);

    private static Digest Leaf(int number) => MerkleTree.HashLeaf(EngineCluster.Transaction(number));

    private TransactionPool Pool(CbftLimits limits) => new(limits, _time);
}
