using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Scenarios in which nobody fails.</summary>
[TestFixture]
public sealed class NormalTranscripts
{
    [Test]
    public void Normal_case()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster[1].Submit("a");
        cluster[2].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 2));

        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "a", "b" }));
        Assert.That(cluster.Sent.Where(s => s.Message is PrePrepare).Select(s => s.From), Is.EqualTo(new[] { 0, 0 }));
        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.Zero);
        cluster.Finish("01-normal-case", """
            Normal case, n = 4 (f = 1, q = 3).
            Two clients submit at the same time, to V1 and V2. A batch is fixed by three acknowledgements; the leader V0 proposes what
            is fixed and does not wait for the first slot before it proposes the second. Nothing leaves before the flush that makes it
            durable: Prepare after body and vote, Commit after the PreparedCert, Seal after the CommitCert and the block.
            """);
    }

    [Test]
    public void Single_validator()
    {
        var cluster = new TranscriptCluster(count: 1);
        cluster.Start();
        cluster[0].Submit("a");
        cluster.RunUntil(() => cluster[0].Sealed == 1);

        Assert.That(cluster[0].Executed, Is.EqualTo(new[] { "a" }));
        Assert.That(cluster.Sent, Is.Empty);
        cluster.Finish("02-single-validator", """
            One validator (n = 1, q = 1).
            The smallest chain runs the same protocol with itself: it certifies, proposes, prepares, commits and seals with its own vote
            alone, and sends nothing. One flush holds everything up to the decision.
            """);
    }

    [Test]
    public void Three_slots_decided_out_of_order()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("Commits for slot 1 take 30 ms, those for slot 2 take 20 ms");
        cluster.Network = (_, _, message) => message is not Vote { Phase: VotePhase.Commit } vote ? 1 : vote.Slot.Value switch
        {
            1 => 30,
            2 => 20,
            _ => 1,
        };
        foreach ((int owner, string text) in ((int, string)[])[(1, "a"), (2, "b"), (3, "c")])
        {
            cluster[owner].Submit(text);
            cluster.RunFor(3);
        }

        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 3));

        foreach (TranscriptReplica replica in cluster.Up)
        {
            Assert.That(replica.Executed, Is.EqualTo(new[] { "a", "b", "c" }));
            Assert.That(
                replica.Log.Where(r => r.Kind == (byte)RecordKind.Decided).Select(r => r.Slot.Value), Is.EqualTo(new long[] { 3, 2, 1 }));
        }

        cluster.Finish("03-slots-out-of-order", """
            Three slots in flight, decided out of order, delivered in order.
            The leader has three slots under way when their Commits come back in the reverse order. Each slot is decided as soon as its
            own quorum is there (CommitCert in the log), but execution begins only when slot 1 is decided, and then runs 1, 2, 3.
            """);
    }

    [Test]
    public void Fast_path()
    {
        var cluster = new TranscriptCluster(rules: new ConsensusRules { FastPath = true });
        cluster.Start();
        cluster.RunFor(2);
        cluster[1].Submit("a");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));
        Assert.That(cluster.Up.Select(r => r.Blocks[0].Body.Commit.Phase), Has.All.EqualTo(VotePhase.Prepare));
        Assert.That(cluster.Up.Select(r => r.Blocks[0].Body.Commit.Signatures.Length), Has.All.EqualTo(4));

        cluster.Crash(3);
        cluster[1].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 2));

        Assert.That(cluster.Up.Select(r => r.Blocks[1].Body.Commit.Phase), Has.All.EqualTo(VotePhase.Commit));
        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "a", "b" }));
        cluster.Finish("04-fast-path", """
            Fast path (rule FastPath).
            Slot 1: all four Prepares arrive, which decides one delay earlier (FastCert); the Commit left at the third Prepare all the
            same, so nobody waited for the fourth. Slot 2: V3 is dead, three Prepares never become four, and the Commits decide as
            without the rule.
            """);
    }

    [Test]
    public void Seals_and_the_log()
    {
        var cluster = new TranscriptCluster(limits: new CbftLimits { Window = 2 });
        cluster.Start();
        cluster.RunFor(2);
        cluster[1].Submit("a");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));
        cluster.Note("once more");
        cluster[1].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 2));
        cluster.RunFor(5);

        foreach (TranscriptReplica replica in cluster.Up)
        {
            Assert.That(
                replica.Log.Where(r => r.Slot != LogRecord.Pinned), Is.Empty, "everything is sealed, and durable in the block store");
            Assert.That(
                replica.Log.Select(r => (RecordKind)r.Kind), Is.EquivalentTo(new[] { RecordKind.Incarnation, RecordKind.Base }));
        }

        cluster.Finish("05-seals-and-log", """
            Seals and the collection of the log (window W = 2).
            A block is sealed by everybody who has executed and stored it. Three seals are a certificate: the base of the acceptance
            window, kept in the log as the newest of its kind. When W slots lie below the certified base and are durable in the block
            store, their records leave the log; only the incarnation and the base stay.
            """);
    }
}
