using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Merkle;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>The same blocks give the same state everywhere and always.</summary>
[TestFixture]
public sealed class LedgerExecutorTests
{
    private LedgerChain _chain = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        Person patient = _chain.RegisterPatient("patient");
        _chain.StoreRecord(patient);
        _chain.TryPermit(patient, "not a policy", out _);
        Digest grant = _chain.Permit(patient, Policies.Reading(patient.On(_chain)));
        _chain.Send(patient, new RevokeGrant(grant));
    }

    [TearDown]
    public void Stop() => _chain.Dispose();

    [Test]
    public void Two_executors_give_the_same_receipts_and_roots()
    {
        LedgerExecutor other = _chain.NewExecutor(new MemoryStateStore(), _chain.Blobs);
        foreach (var block in _chain.Blocks)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> receipts = Execute(other, block.Header.Height, block.Header.Time, block.Transactions);
            Assert.That(receipts.Select(r => r.ToArray()), Is.EqualTo(block.Receipts.Select(r => r.ToArray())));
            Assert.That(other.Current.Tree.Root, Is.EqualTo(block.Header.StateRoot));
        }
    }

    [Test]
    public void Replay_from_the_store_at_any_height_gives_the_same_root()
    {
        for (int stop = 0; stop <= _chain.Blocks.Count; stop++)
        {
            var states = new MemoryStateStore();
            LedgerExecutor executor = _chain.NewExecutor(states, _chain.Blobs);
            for (int i = 0; i < _chain.Blocks.Count; i++)
            {
                executor = i == stop ? _chain.NewExecutor(states, _chain.Blobs) : executor;
                Execute(executor, _chain.Blocks[i].Header.Height, _chain.Blocks[i].Header.Time, _chain.Blocks[i].Transactions);
            }

            Assert.That(executor.Current.Tree.Root, Is.EqualTo(_chain.Blocks[^1].Header.StateRoot), $"restarted at height {stop}");
        }
    }

    /// <summary>After a crash the state may lag behind the blocks, never be ahead of them.</summary>
    [Test]
    public void State_is_stored_up_to_the_durable_block_only()
    {
        var states = new MemoryStateStore();
        var executor = new LedgerExecutor(
            new AccountLedger(_chain.Genesis, EvidenceJudge.Instance),
            states,
            _chain.Blobs,
            new VerifiedTransactions(),
            new AttachmentCache());
        foreach (var block in _chain.Blocks)
        {
            Execute(executor, block.Header.Height, block.Header.Time, block.Transactions);
        }

        Assert.That(states.Load().Height.Value, Is.Zero);
        executor.OnDurable(new BlockHeight(2));
        Assert.That((states.Load().Height.Value, states.Load().Root), Is.EqualTo((2L, _chain.Blocks[1].Header.StateRoot)));
        executor.OnDurable(new BlockHeight(1));
        Assert.That(states.Load().Height.Value, Is.EqualTo(2));
    }

    [Test]
    public void Genesis_entries_survive_a_restart()
    {
        _chain.Restart();
        Assert.That(_chain.State.Get<AccountEntry>(MedChain.Core.Ledger.StateKey.Account(_chain.Genesis.Administrator)), Is.Not.Null);
    }

    [Test]
    public void Block_that_needs_a_missing_attachment_names_it_and_what_to_do()
    {
        LedgerExecutor poor = _chain.NewExecutor(new MemoryStateStore(), new MemoryBlobStore());
        StorageException? failure = Assert.Throws<StorageException>(() => _chain.Blocks.ForEach(
            block => Execute(poor, block.Header.Height, block.Header.Time, block.Transactions)));
        Assert.That(failure!.Fault, Is.EqualTo(StorageFault.Corrupt));
        Assert.That(failure.Message, Does.Match("Block 2 of 'hospital' needs attachment [0-9a-f]{64}, .* restore the blob store's folder"));
    }

    [Test]
    public void Block_out_of_order_is_the_caller_s_mistake() =>
        Assert.Throws<ArgumentException>(() => Execute(_chain.Executor, new BlockHeight(99), 1, []));

    [Test]
    public void Stored_state_with_another_root_is_refused()
    {
        var states = new MemoryStateStore();
        states.Apply(new BlockHeight(1), default, [new StateChange(new byte[] { 1 }, new byte[] { 2 })]);
        StorageException? failure = Assert.Throws<StorageException>(() => _chain.NewExecutor(states, _chain.Blobs));
        Assert.That(failure!.Message, Does.Contain("delete the validator's state file"));
    }

    [Test]
    public void Changes_hold_each_key_once_with_its_last_value_and_nothing_undone()
    {
        var state = new LedgerState(StateTree.Empty);
        MedChain.Core.Ledger.StateKey kept = MedChain.Core.Ledger.StateKey.Nonce(default);
        state.Put(kept, new NonceWindow(1, 1));
        state.Put(kept, new NonceWindow(2, 3));
        var checkpoint = state.Checkpoint();
        state.Put(kept, new NonceWindow(3, 7));
        state.Put(MedChain.Core.Ledger.StateKey.Task(default), new NonceWindow(4, 1));
        state.Restore(checkpoint);
        StateChange change = state.Changes().Single();
        Assert.That(change.Key.ToArray(), Is.EqualTo(kept.Bytes.ToArray()));
        Assert.That(change.Value!.Value.ToArray(), Is.EqualTo(Canonical.Encode(new NonceWindow(2, 3))));
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Execute(
        LedgerExecutor executor, BlockHeight height, long time, IReadOnlyList<ReadOnlyMemory<byte>> transactions) =>
        executor.ExecuteAsync(height, time, epoch: 0, transactions, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
