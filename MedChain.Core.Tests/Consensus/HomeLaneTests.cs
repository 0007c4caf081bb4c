using CsCheck;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A transaction that several validators hold is ordered once when all is well, and still ordered when its home fails.</summary>
[TestFixture]
public sealed class HomeLaneTests
{
    private static readonly CbftLimits Limits = new()
    {
        BackupBlocks = 2,
        BackupDelay = TimeSpan.FromSeconds(1),
        SlotTimeout = TimeSpan.FromSeconds(2),
    };

    private readonly ManualTime _time = new();
    private TransactionPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new TransactionPool(Limits, _time);

    [Test]
    public void Primary_goes_at_once()
    {
        Add(1, isBackup: false);
        Assert.That(Taken(), Is.EqualTo([1]));
    }

    [Test]
    public void Backup_goes_after_its_delay_and_two_blocks_without_it()
    {
        Add(1, isBackup: true);
        _time.Pass(TimeSpan.FromSeconds(1));
        _pool.OnDelivered([Leaf(8)]);
        Assert.That(Taken(), Is.Empty);
        _pool.OnDelivered([Leaf(9)]);
        Assert.That(Taken(), Is.EqualTo([1]));
        Assert.That(Taken(), Is.Empty);
    }

    [Test]
    public void Backup_goes_after_a_slot_timeout_when_no_blocks_come()
    {
        Add(1, isBackup: true);
        _time.Pass(TimeSpan.FromSeconds(1.9));
        Assert.That(Taken(), Is.Empty);
        _time.Pass(TimeSpan.FromSeconds(0.2));
        Assert.That(Taken(), Is.EqualTo([1]));
    }

    [Test]
    public void Busy_home_has_time_while_blocks_are_fast()
    {
        Add(1, isBackup: true);
        for (int block = 10; block < 100; block++)
        {
            _pool.OnDelivered([Leaf(block)]);
        }

        Assert.That(Taken(), Is.Empty);
    }

    [Test]
    public void Backup_that_its_home_ordered_is_forgotten()
    {
        Add(1, isBackup: true);
        _pool.OnDelivered([Leaf(1)]);
        _time.Pass(TimeSpan.FromHours(1));
        Assert.That(Taken(), Is.Empty);
        Assert.That(_pool.PendingSize.Count, Is.Zero);
    }

    [Test]
    public void Backup_seen_in_the_lane_of_another_waits_for_that_lane()
    {
        Add(1, isBackup: true);
        _pool.OnSeen([Leaf(1)]);
        _pool.OnDelivered([Leaf(8)]);
        _pool.OnDelivered([Leaf(9)]);
        _time.Pass(TimeSpan.FromSeconds(11));
        Assert.That(Taken(), Is.Empty);

        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.That(Taken(), Is.EqualTo([1]), "The lane's owner failed.");
    }

    [Test]
    public void Transaction_seen_in_the_lane_of_another_is_not_ordered_again()
    {
        _pool.OnSeen([Leaf(1)]);
        Assert.That(Add(1, isBackup: false), Is.Null);
        Assert.That(Taken(), Is.Empty);
    }

    [Test]
    public void Backup_is_ordered_at_once_when_the_client_asks_for_it()
    {
        Add(1, isBackup: true);
        Assert.That(Add(1, isBackup: true), Is.TypeOf<SubmitResult.Duplicate>());
        Assert.That(Add(1, isBackup: false), Is.Null);
        Assert.That(Taken(), Is.EqualTo([1]));
        Assert.That(Add(1, isBackup: false), Is.TypeOf<SubmitResult.Duplicate>());
        _time.Pass(TimeSpan.FromHours(1));
        Assert.That(Taken(), Is.Empty);
    }

    [Test]
    public void Homes_are_spread_over_all_validators()
    {
        int[] homes = [.. Enumerable.Range(0, 4_000).Select(i => HomeLane.Of(Digest.Of(BitConverter.GetBytes(i)), 4))];
        Assert.That(homes.GroupBy(h => h).Select(g => g.Count()), Has.Exactly(4).Items.And.All.InRange(800, 1_200));
    }

    /// <summary>Against the naive rule: each transaction comes out at most once, and all that were not delivered come out in the
    /// end.</summary>
    [Test]
    public void Whatever_happens_a_transaction_comes_out_once_or_is_delivered() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5]).Array[0, 40].Sample(steps =>
        {
            var time = new ManualTime();
            var pool = new TransactionPool(Limits, time);
            List<int> added = [];
            List<int> delivered = [];
            List<int> taken = [];
            foreach ((int what, int number) in steps)
            {
                switch (what)
                {
                    case 0 or 1:
                        if (pool.TryAdd(EngineCluster.Transaction(number), client: null, isBackup: what == 1) is null)
                        {
                            added.Add(number);
                        }

                        break;
                    case 2:
                        pool.OnSeen([Leaf(number)]);
                        break;
                    case 3:
                        pool.OnDelivered([Leaf(number)]);
                        delivered.Add(number);
                        break;
                    default:
                        time.Pass(TimeSpan.FromSeconds(number));
                        break;
                }

                taken.AddRange(Numbers(pool));
            }

            time.Pass(TimeSpan.FromHours(1));
            taken.AddRange(Numbers(pool));
            return taken.Distinct().Count() == taken.Count && added.All(a => taken.Contains(a) || delivered.Contains(a));
        });

    [Test]
    public async Task Transaction_given_to_home_and_backups_is_ordered_once_when_all_is_well()
    {
        await using var cluster = new EngineCluster(4, new CbftLimits { BackupDelay = TimeSpan.FromMinutes(1), BackupBlocks = 1_000 });
        await cluster.StartAllAsync();
        byte[] transaction = EngineCluster.Transaction(1);
        await cluster.Engines[2]!.SubmitBackupAsync(transaction);
        await cluster.Engines[3]!.SubmitBackupAsync(transaction);
        await cluster.Engines[1]!.SubmitAsync(transaction);

        await cluster.WaitForTransactionsAsync(1, 0, 1, 2, 3);
        await cluster.WaitAsync(() => cluster.Engines.All(e => e!.Status.PendingTransactions == 0), "Empty pools");
        await cluster.SubmitAsync(0, from: 100, count: 20);
        await cluster.WaitForTransactionsAsync(21, 0, 1, 2, 3);
        Assert.That(cluster.Machines[0].ExecutedCount, Is.EqualTo(21));
    }

    [Test]
    public async Task Transaction_is_ordered_by_its_backup_when_its_home_is_gone()
    {
        await using var cluster = new EngineCluster(4, new CbftLimits
        {
            BackupDelay = TimeSpan.FromMilliseconds(50),
            SlotTimeout = TimeSpan.FromMilliseconds(400),
            ResendInterval = TimeSpan.FromMilliseconds(50),
        });
        await cluster.StartAllAsync();
        await cluster.StopAsync(3);
        await cluster.Engines[1]!.SubmitBackupAsync(EngineCluster.Transaction(1));

        await cluster.WaitForTransactionsAsync(1, 0, 1, 2);
    }

    private static Digest Leaf(int number) => MerkleTree.HashLeaf(EngineCluster.Transaction(number));

    private static IEnumerable<int> Numbers(TransactionPool pool) => pool.TakeIncoming()
        .Select(t => (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(t.Span));

    private SubmitResult? Add(int number, bool isBackup) =>
        _pool.TryAdd(EngineCluster.Transaction(number), client: null, isBackup);

    private int[] Taken() => [.. Numbers(_pool)];
}
