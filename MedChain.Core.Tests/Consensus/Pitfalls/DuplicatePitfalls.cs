using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfalls 14, 18 and 25 of the protocol: requests that fail, that come again, and that contradict one another.</summary>
[TestFixture]
public sealed class DuplicatePitfalls
{
    /// <summary>Pitfall 14, the owner's side: what was delivered leaves every pool, whatever its receipt says.</summary>
    [Test]
    public void P14_request_that_failed_is_not_proposed_again_by_home_or_backup()
    {
        using var chain = new LedgerChain(ChainKind.Account, "hospital");
        byte[] failing = Canonical.Encode(chain.Sign(chain.Administrator, new RevokeGrant(default)));
        Assert.That(chain.Execute(failing)[0].Status, Is.EqualTo(ReceiptStatus.Refused));

        foreach (bool isBackup in (bool[])[false, true])
        {
            var time = new ManualTime();
            var pool = new TransactionPool(new CbftLimits(), time);
            pool.TryAdd(failing, client: null, isBackup);
            time.Pass(TimeSpan.FromHours(1));
            Assert.That(pool.TakeIncoming(), Has.Count.EqualTo(1));

            pool.OnDelivered([MerkleTree.HashLeaf(failing)]);
            time.Pass(TimeSpan.FromHours(1));
            Assert.That(pool.TakeIncoming(), Is.Empty);
            Assert.That(pool.PendingSize.Count, Is.Zero);
        }
    }

    /// <summary>Pitfall 14, the others' side: a batch with an invalid request stops its own lane, and nobody blames the leader.</summary>
    [Test]
    public void P14_lane_with_an_invalid_request_stops_alone_and_ends_no_view()
    {
        var harness = new MachineHarness();
        harness.Receive(new BatchMessage(MachineHarness.BatchOf(2, 1)), valid: false);
        harness.Pass(120_000);

        IEnumerable<ConsensusMessage> sent = MachineHarness.Sent(harness.Effects);
        Assert.That(sent.OfType<FixAck>(), Is.Empty);
        Assert.That(sent.OfType<ViewChange>(), Is.Empty);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
    }

    /// <summary>Pitfall 18: what was used is in the state root, and a validator that restarts with an empty pool still knows it.</summary>
    [Test]
    public void P18_used_nonces_are_part_of_the_state_and_survive_a_restart()
    {
        using var chain = new LedgerChain(ChainKind.Account, "hospital");
        byte[] transaction = Canonical.Encode(chain.Sign(chain.Administrator, new RevokeGrant(default)));
        chain.Execute();
        Digest before = chain.Executor.Current.Tree.Root;
        chain.Execute(transaction);
        Assert.That(chain.Executor.Current.Tree.Root, Is.Not.EqualTo(before), "The refused command changed only the nonce.");

        chain.Restart();
        Assert.That(chain.Execute(transaction)[0].Status, Is.EqualTo(ReceiptStatus.Duplicate));
    }

    /// <summary>Pitfall 18: the memory of one sender is of constant size, so it need never be thrown away.</summary>
    [Test]
    public void P18_memory_of_a_sender_does_not_grow()
    {
        NonceWindow window = default;
        int size = Canonical.Encode(window with { Highest = 1_000_000 }).Length;
        for (long nonce = 1; nonce <= 1_000; nonce++)
        {
            Assert.That(window.TryUse(nonce, out window), Is.True);
        }

        Assert.That(Canonical.Encode(window).Length, Is.LessThanOrEqualTo(size + 16));
        Assert.That(window.TryUse(1, out _), Is.False, "Far below the window counts as used.");
    }

    /// <summary>Pitfall 25: of two payloads with one nonce in two lanes the first in the order counts, on every validator alike, and both
    /// count against their sender.</summary>
    [Test]
    public void P25_second_payload_with_a_nonce_gets_a_duplicate_receipt_and_is_charged()
    {
        using var chain = new LedgerChain(ChainKind.Account, "hospital");
        Transaction first = chain.Sign(chain.Administrator, new RevokeGrant(default));
        Transaction second = Transaction.Sign(
            first.Chain,
            first.Sender,
            chain.Administrator.Signing,
            first.Nonce,
            lastHeight: 0,
            Canonical.Encode<Command>(new RevokeGrant(Digest.Of([1]))));
        byte[][] both = [Canonical.Encode(first), Canonical.Encode(second)];
        LedgerExecutor other = chain.NewExecutor(new MemoryStateStore(), chain.Blobs);

        Receipt[] receipts = chain.Execute(both[0], both[1]);
        other.ExecuteAsync(
            chain.Blocks[0].Header.Height, chain.Blocks[0].Header.Time, epoch: 0, chain.Blocks[0].Transactions, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();

        Assert.That(receipts[1].Status, Is.EqualTo(ReceiptStatus.Duplicate));
        Assert.That(receipts[0].Status, Is.Not.EqualTo(ReceiptStatus.Duplicate));
        Assert.That(other.Current.Tree.Root, Is.EqualTo(chain.Executor.Current.Tree.Root));

        var pool = new TransactionPool(new CbftLimits { MaxClientTransactions = 1 }, new ManualTime());
        Assert.That(pool.TryAdd(both[0], first.Sender.Value), Is.Null);
        Assert.That(pool.TryAdd(both[1], second.Sender.Value), Is.TypeOf<SubmitResult.Overloaded>());
    }
}
