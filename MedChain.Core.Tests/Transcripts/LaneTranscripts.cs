using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Scenarios about the phase in front of the votes.</summary>
[TestFixture]
public sealed class LaneTranscripts
{
    [Test]
    public void Equivocating_lane()
    {
        var cluster = new TranscriptCluster();
        cluster.Start(0, 1, 3);
        cluster.RunFor(2);
        cluster.Note("V2 is faulty: it signs two batches for one place of its lane, and acknowledges the first");
        BatchMessage first = Faulty.MakeBatch(2, "x");
        cluster.Inject(2, first, 0, 1);
        cluster.Inject(2, Faulty.MakeBatch(2, "y"), 3);
        cluster.Inject(2, Faulty.Acknowledge(2, first.Batch.Header.Reference), 0);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));

        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "x" }));
        (int by, Core.Consensus.Evidence evidence) = cluster.Reports.Single();
        Assert.That((by, evidence.Validator, evidence.Kind), Is.EqualTo((3, 2, Misconduct.TwoBatches)));
        Assert.That(evidence.Verify(TranscriptCluster.Chain, cluster.Genesis.Latest.Validators), Is.Null);
        cluster.Finish("13-equivocating-lane", """
            The owner of a lane signs two batches for one place.
            V0 and V1 get x, V3 gets y; each acknowledges what came first. With V2's own acknowledgement x has three and is fixed; y can
            never be, for two quorums share an honest validator. V3 does not vote for a tip that it did not acknowledge: it fetches
            batch and certificate, and so comes to hold both signed headers, the evidence.
            """);
    }

    [Test]
    public void Withheld_body()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("V2 sends its batch to V0 and V1 only");
        cluster.Network = (from, to, message) => from == 2 && to == 3 && message is BatchMessage or BatchesData ? null : 1;
        cluster[2].Submit("a");
        cluster.RunFor(3);
        cluster.Crash(1);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));

        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "a" }));
        RecordKind[] order = [.. cluster[3].Log.Select(r => (RecordKind)r.Kind)];
        Assert.That(Array.IndexOf(order, RecordKind.Batch), Is.LessThan(Array.IndexOf(order, RecordKind.Prepare)));
        long fetched = cluster.Sent.First(s => s.Message is BatchesData).Time;
        Assert.That(cluster.Sent.First(s => s.Message is Vote { Validator: 3 }).Time, Is.GreaterThan(fetched));
        cluster.Finish("14-withheld-body", """
            A body withheld from f honest validators is fetched before the vote.
            V2 gives its batch to V0 and V1 only, which is enough to fix it, and V1 dies; now V3's vote is needed. A Prepare says "I
            hold the bodies durably", so V3 first fetches the batch from the leader, with its certificate, because V3 never acknowledged
            it; then it logs body and vote together. The slot's timer runs on meanwhile: a leader that names what nobody has cannot hold
            the chain.
            """);
    }

    [Test]
    public void New_incarnation()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("of V1's first batch only the copy for V3 arrives");
        cluster.Network = (from, to, message) => from == 1 && to != 3 && message is BatchMessage ? null : 1;
        cluster[1].Submit("a");
        cluster.RunFor(2);
        cluster.Crash(1);
        cluster.Heal();
        cluster.Restart(1);
        cluster[1].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 1));

        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "b" }));
        Assert.That(cluster.Reports, Is.Empty, "the two first batches are of different incarnations: no equivocation");
        BatchReference[] places = [.. cluster.Sent.Select(s => s.Message).OfType<BatchMessage>().Select(m => m.Batch.Header.Reference)];
        Assert.That(places.Select(p => (p.Incarnation, p.Height)).Distinct(), Is.EqualTo(new[] { (1L, 1L), (2L, 1L) }));
        cluster.Finish("15-new-incarnation", """
            A restarted owner opens a new incarnation of its lane.
            V1 keeps no batch durably that no cut names, so after a crash it does not know what it signed at height 1. It counts its
            starts in the log instead, and begins a second lane at height 1, which contradicts nothing. V3 had acknowledged the old
            batch; it forgets it, for nobody will certify it any more, and acknowledges the new one. Whoever submitted a submits it
            again.
            """);
    }
}
