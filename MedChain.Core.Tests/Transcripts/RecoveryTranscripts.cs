using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Scenarios about networks that split and validators that restart.</summary>
[TestFixture]
public sealed class RecoveryTranscripts
{
    [Test]
    public void Partition_and_heal()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster[1].Submit("a");
        cluster.RunFor(3);
        cluster.Split(0, 1);
        cluster[3].Submit("b");
        cluster.RunFor(5_000);
        Assert.That(cluster.Up.Select(r => r.Machine.State.Decided), Has.All.Zero, "two of four decide nothing");
        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.LessThanOrEqualTo(1), "nobody runs ahead alone");
        cluster.Heal();
        cluster.RunUntil(() => cluster.Up.All(r => r.Executed.Count == 2 && r.Sealed == r.Blocks.Count));

        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EquivalentTo(new[] { "a", "b" }));
        cluster.Finish("16-partition-and-heal", """
            The network splits into halves, and heals.
            Slot 1 is proposed, then neither half is a quorum. Both give view 0 up and ask for view 1; and there they stop, however long
            it lasts: the next timer starts only when a quorum wants the view, so views do not run away. Healed, the repeated
            ViewChanges meet, and one NewView later everything that waited is delivered.
            """);
    }

    [Test]
    public void Crash_between_persist_and_send()
    {
        var cluster = new TranscriptCluster();
        cluster.Start(0, 1, 2);
        cluster.RunFor(2);
        cluster.Note("V3 is dead, so every vote of V2 is needed");
        cluster[1].Submit("a");
        cluster[2].CrashAfterWriting(RecordKind.Prepare);
        cluster.RunUntil(() => !cluster[2].IsUp);
        ReadOnlyMemory<byte> logged = Canonical.Decode<SlotRecord>(
            cluster[2].Log.Single(r => r.Kind == (byte)RecordKind.Prepare).Payload).Message;
        Assert.That(cluster.Sent.Select(s => s.Message).OfType<Vote>().Where(v => v.Validator == 2), Is.Empty);
        cluster.RunFor(20);
        cluster.Restart(2);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));

        byte[][] sent = [.. cluster.Sent
            .Where(s => s.Message is Vote { Validator: 2, Phase: VotePhase.Prepare })
            .Select(s => s.Bytes.ToArray())];
        Assert.That(sent, Is.Not.Empty.And.All.EqualTo(logged.ToArray()));
        cluster.Finish("17-crash-between-persist-and-send", """
            A validator dies between writing its vote and sending it.
            V2's Prepare is durable when the process dies; nobody has seen it. The restarted V2 does not think again: it sends the bytes
            from its log, and the slot goes on where it stood. Had it voted anew and the first vote been seen after all, there could be
            two.
            """);
    }

    [Test]
    public void Restarted_leader()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("V0's proposal gets lost");
        cluster.Network = (_, _, message) => message is PrePrepare { View.Value: 0 } ? null : 1;
        cluster[1].Submit("a");
        cluster.RunUntil(() => cluster.Sent.Any(s => s.Message is PrePrepare));
        cluster.Crash(0);
        cluster.Heal();
        long restart = cluster.Now;
        cluster.Restart(0);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));

        Assert.That(
            cluster.Sent.Where(s => s.Time >= restart && s.From == 0 && s.Message is PrePrepare).Skip(1), Is.Empty, "only the lost one");
        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.EqualTo(1));
        Assert.That(cluster.Now - restart, Is.LessThan(100), "nobody waits for a timer");
        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "a" }));
        cluster.Finish("18-restarted-leader", """
            A restarted leader does not propose in its old view.
            A proposal of the first view is not logged, so V0 cannot know what it proposed last for slot 1. It therefore proposes
            nothing in the view that it finds in its log and resigns. A leader that resigns is believed at once, so this costs a few
            message delays and no timeout.
            """);
    }

    [Test]
    public void Damaged_log()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Skip("block 1 (a) with all four", () =>
        {
            cluster[1].Submit("a");
            cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));
        });
        cluster.RunFor(2);
        cluster.Crash(3);
        cluster.Note("a record in the middle of V3's log is damaged");
        cluster[3].Damage = "Record 3 does not fit its checksum.";
        long restart = cluster.Now;
        cluster.Restart(3);
        cluster[1].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Executed.Count == 2 && r.Sealed == 2));

        Assert.That(
            cluster.Sent.Where(s => s.From == 3 && s.Time > restart).Select(s => s.Message.GetType()).Distinct(),
            Is.SubsetOf(new[] { typeof(Status), typeof(FetchBatches), typeof(FetchBlocks), typeof(BlocksData), typeof(SealMessage) }));
        Assert.That(cluster[3].Executed, Is.EqualTo(new[] { "a", "b" }));
        cluster.Finish("19-damaged-log", """
            A validator whose log is damaged follows as a learner.
            V3 can no longer know what it has signed, so it signs nothing any more: no acknowledgement, no vote, no seal, no ViewChange.
            It still takes part with its ears: it decides from the others' votes, executes, and gets the seal certificate from theirs.
            """);
    }

    [Test]
    public void Lagging_replica()
    {
        var cluster = new TranscriptCluster(limits: new CbftLimits { Window = 2 });
        cluster.Start();
        cluster.RunFor(2);
        cluster.Split(3);
        cluster.Skip("five blocks without V3", () =>
        {
            for (int i = 1; i <= 5; i++)
            {
                cluster[1].Submit($"a{i}");
                cluster.RunUntil(() => cluster.Replicas[..3].All(r => r.Sealed == i));
            }
        });
        cluster.Heal();
        cluster.RunUntil(() => cluster[3].Sealed == 5 && cluster[3].Blocks.Count == 5);
        cluster.Note("V3 votes again");
        cluster[3].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 6));

        Vote[] votes = [.. cluster.Sent.Select(s => s.Message).OfType<Vote>().Where(v => v.Validator == 3)];
        Assert.That(votes.Select(v => v.Slot.Value).Distinct(), Is.EqualTo(new long[] { 6 }), "it votes for nothing that is decided");
        cluster.Finish("20-lagging-replica", """
            A validator that was cut off catches up (window W = 2).
            V3 missed five blocks, more than the window holds. The others' Status shows it how far they are, and it fetches decided
            blocks, at most W at a time, from one peer after another. Each proves itself by its CommitCert, so V3 believes nobody; it
            executes them, builds the same headers, and does not vote on what is decided.
            """);
    }
}
