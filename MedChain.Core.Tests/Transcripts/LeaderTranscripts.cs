using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Scenarios in which the leader fails or lies.</summary>
[TestFixture]
public sealed class LeaderTranscripts
{
    [Test]
    public void Leader_dies_with_three_slots_in_flight()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("in view 0 get lost: all Commits; Prepares for slot 2, except to V1; the proposal of slot 3, except to V3");
        cluster.Network = (_, to, message) => message switch
        {
            Vote { Phase: VotePhase.Commit, View.Value: 0 } => null,
            Vote { Slot.Value: 2, View.Value: 0 } when to != 1 => null,
            PrePrepare { Cut.Slot.Value: 3, View.Value: 0 } when to != 3 => null,
            _ => 1,
        };
        foreach (int owner in (int[])[1, 2, 3])
        {
            cluster[owner].Submit($"{(char)('a' + owner - 1)}");
            cluster.RunFor(3);
        }

        cluster.RunUntil(() => cluster.Sent.Any(s => s.Message is Vote { Slot.Value: 3, Validator: 3 }));
        Digest[] proposed = [.. cluster.Sent.Select(s => s.Message).OfType<PrePrepare>().Select(p => p.Cut.Digest)];
        cluster.Crash(0);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 3));

        TranscriptReplica any = cluster[1];
        Assert.That(any.Blocks.Select(b => b.Header.Cut).Take(2), Is.EqualTo(proposed.Take(2)), "what was prepared is decided");
        Assert.That(any.Blocks[2].Header.Cut, Is.Not.EqualTo(proposed[2]), "what was only accepted need not be");
        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EquivalentTo(new[] { "a", "b", "c" }));
        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.EqualTo(1));
        cluster.Finish("06-leader-dies-three-in-flight", """
            The leader dies with three slots in flight.
            Slot 1 is prepared everywhere, slot 2 only at V1, slot 3 was seen by V3 alone. The lowest slot's timer ends the view after a
            second. The three ViewChanges are a quorum: the NewView repeats A and B, because a PreparedCert for each is in it, whoever
            holds it. C has none, so nothing can have been decided there; slot 3 is free, and V1 covers the waiting lane in it. Nothing
            is lost.
            """);
    }

    [Test]
    public void Gap_becomes_null()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("in view 0 get lost: the proposal of slot 1 to V2 and V3; all Commits");
        cluster.Network = (_, to, message) => message switch
        {
            PrePrepare { Cut.Slot.Value: 1, View.Value: 0 } when to > 1 => null,
            Vote { Phase: VotePhase.Commit, View.Value: 0 } => null,
            _ => 1,
        };
        cluster[1].Submit("a");
        cluster.RunFor(3);
        cluster[2].Submit("b");
        cluster.RunFor(9);
        cluster.Crash(0);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 2));

        foreach (TranscriptReplica replica in cluster.Up)
        {
            Assert.That(replica.Blocks[0].Body.Cut, Is.Null);
            Assert.That(replica.Blocks[0].Body.Batches, Is.Empty);
            Assert.That(replica.Executed, Is.EquivalentTo(new[] { "a", "b" }));
        }

        cluster.Finish("07-gap-becomes-null", """
            A gap becomes NULL and loses nothing.
            Slot 1 reaches V1 alone, slot 2 is prepared by all, then the leader dies. No ViewChange has a PreparedCert for slot 1, so
            nothing can have been decided there and the NewView gives it NULL: an empty block, for height equals slot. The cut of slot 2
            is cumulative: it covers lane 1 too, so a and b are both delivered by block 2.
            """);
    }

    [Test]
    public void Prepared_value_survives()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("in view 0 Commits get lost, except to V3");
        cluster.Network = (_, to, message) => IsLost(message) && to != 3 ? null : 1;
        cluster[1].Submit("a");
        cluster.RunUntil(() => cluster[3].Blocks.Count == 1);
        cluster.Note("V3 is cut off");
        cluster.Network = (from, to, message) => from == 3 || to == 3 || IsLost(message) ? null : 1;
        cluster.RunUntil(() => cluster.Replicas[..3].All(r => r.Sealed == 1));
        cluster.Heal();
        cluster.RunUntil(() => cluster[3].Sealed == 1);

        Assert.That(cluster[3].Blocks[0].Body.Commit.View.Value, Is.Zero);
        Assert.That(cluster.Replicas[..3].Select(r => r.Blocks[0].Body.Commit.View.Value), Has.All.EqualTo(1));
        Assert.That(cluster.Replicas.Select(r => r.Blocks[0].Header.Hash).Distinct().Count(), Is.EqualTo(1));
        cluster.Finish("08-prepared-value-survives", """
            A decision that one validator knows survives the view change.
            Only V3 sees the Commits: it decides A in view 0, delivers, and is cut off. The others know nothing of it, but each of them
            holds the PreparedCert that it committed to, so the NewView can only repeat A, and A is decided again in view 1. Both
            certificates lead to the same header H1, which names neither view nor certificate.
            """);

        static bool IsLost(ConsensusMessage message) => message is Vote { Phase: VotePhase.Commit, View.Value: 0 };
    }

    [Test]
    public void Equivocating_leader()
    {
        var cluster = new TranscriptCluster();
        cluster.Start(1, 2, 3);
        cluster.RunFor(2);
        cluster[1].Submit("a");
        cluster[2].Submit("b");
        cluster.RunFor(3);
        BatchReference first = cluster[1].Machine.OwnTip;
        BatchReference second = cluster[2].Machine.OwnTip;
        cluster.Note("V0 is faulty and leads: it proposes A to V1 and V2, B to V3, and votes for both");
        PrePrepare a = Faulty.Propose(0, view: 0, slot: 1, cluster.Now, first);
        PrePrepare b = Faulty.Propose(0, view: 0, slot: 1, cluster.Now, second);
        cluster.Inject(0, a, 1, 2);
        cluster.Inject(0, b, 3);
        cluster.Inject(0, Faulty.Prepare(0, a), 1, 2, 3);
        cluster.Inject(0, Faulty.Prepare(0, b), 3);
        cluster.RunFor(10);
        cluster.Note("V0 shows V3 the other proposal too");
        cluster.Inject(0, a, 3);
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == 2));

        Assert.That(cluster.Reports.Select(r => r.Evidence.Validator), Is.Not.Empty.And.All.Zero);
        Assert.That(
            cluster.Reports.Select(r => r.Evidence.Kind).Distinct(),
            Is.EquivalentTo(new[] { Misconduct.TwoPrepares, Misconduct.TwoProposals }));
        Assert.That(
            cluster.Reports.Select(r => r.Evidence.Verify(TranscriptCluster.Chain, cluster.Genesis.Latest.Validators)), Has.All.Null);
        Assert.That(cluster.Up.Select(r => r.Blocks[0].Header.Cut), Has.All.EqualTo(a.Cut.Digest), "A was prepared, B never");
        cluster.Finish("09-equivocating-leader", """
            The leader proposes two cuts for one slot.
            V1 and V2 prepare A together with V0's own vote, but V0 withholds its Commit, so nothing is decided. V3 accepted B and sees
            V0's two Prepares: evidence. When it sees both proposals it has caught the leader and leaves the view at once. The others
            follow when their timer ends; the two PreparedCerts for A bind the new leader.
            """);
    }

    [Test]
    public void Stale_view_change_is_answered()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster[2].Submit("a");
        cluster.RunFor(2);
        cluster.Note("V0 dies; the NewView does not reach V3, nor do votes and seals");
        cluster[0].Crash();
        cluster.Network = (_, to, message) => to == 3 && message is NewView or PrePrepare or Vote or SealVote or SealMessage ? null : 1;
        cluster.RunUntil(() => cluster[1].Machine.State is { Active: true, View.Value: 1 });
        cluster.Split(3);
        cluster.Restart(0);
        cluster.RunUntil(() => cluster.Replicas[..3].All(r => r.Sealed == 1));
        Assert.That(cluster[3].Machine.State.Active, Is.False, "it waits for the NewView of view 1");
        cluster.Heal();
        cluster.RunUntil(() => cluster[3].Machine.State.Active && cluster[3].Sealed == 1 && cluster[3].Blocks.Count == 1);

        Assert.That(cluster[3].Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(cluster.Up.Select(r => r.Executed), Has.All.EqualTo(new[] { "a" }));
        cluster.Finish("10-stale-view-change-answered", """
            A stale ViewChange is answered.
            View 1 begins without V3, which wanted it too but never got the NewView. The restarted V0 takes V3's place in the quorum and
            the chain goes on. V0 and V3 each still ask for view 1; whoever entered it answers with the NewView, and V3, whose base is
            behind, gets the seal certificate as well. A validator that says nothing to those that are late would leave them waiting for
            ever.
            """);
    }

    [Test]
    public void Terms_and_the_blacklist()
    {
        var cluster = new TranscriptCluster(rules: new ConsensusRules { TermLength = 2, BlacklistBlocks = 256 });
        cluster.Start(0, 2, 3);
        cluster.RunFor(2);
        cluster.Note("V1 is dead; V2 submits one text for each block");
        Deliver(cluster, 2);
        cluster.Note("slot 3 begins V1's term");
        Deliver(cluster, 1);
        cluster.Skip("slots 4 to 14, as before: V2, V3, V0 lead; whenever V1's turn comes, the view ends", () => Deliver(cluster, 11));
        cluster.Note($"view {cluster[0].Machine.State.View}; slot 15 would be V1's");
        Assert.That(cluster[0].Machine.State.View.Value, Is.EqualTo(4));
        Deliver(cluster, 1);

        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.EqualTo(6), "view 5 would be opened by V1");
        Assert.That(cluster.Sent.Select(s => s.Message).OfType<ViewChange>().Select(v => v.NewView.Value), Has.None.EqualTo(5));
        Assert.That(cluster.Up.Select(r => r.Executed.Count), Has.All.EqualTo(15));
        cluster.Finish("11-terms-and-blacklist", """
            Leaders take turns (rule TermLength = 2), and one that failed is passed over (rule BlacklistBlocks = 256).
            V0 leads slots 1 and 2, and slot 3 is V1's, without any view change. V1 is dead: the slot's timer ends view 0, and view 1,
            which V1 would open, ends too. V2 opens view 2, and its cut shows everybody who failed. At slot 15 the validators leave view
            4, and want view 6 and not 5, whose opener V1 is on the blacklist.
            """);
    }

    [Test]
    public void Censored_lane()
    {
        var cluster = new TranscriptCluster();
        cluster.Start();
        cluster.RunFor(2);
        cluster.Note("V0 leads and acts as if it had never heard of lane 3; V1 submits a text every 250 ms");
        cluster.Network = (_, to, message) => to == 0 && LaneOf(message) == 3 ? null : 1;
        cluster[3].Submit("c");
        cluster.RunFor(4);
        SubmitUntil(495);
        cluster.Note("V3 sees that its tip waits, and tells everybody");
        cluster.RunFor(9);
        SubmitUntil(2_995);
        cluster.Note("the timer of V3, who has known longest that the tip is fixed, ends; one validator alone ends no view");
        cluster.RunFor(12);
        SubmitUntil(3_495);
        cluster.RunUntil(() => cluster.Up.All(r => r.Executed.Contains("c") && r.Blocks.Count == r.Sealed));

        Assert.That(cluster.Sent.Select(s => s.Message).OfType<PrePrepare>().Where(p => p.View.Value == 0).Max(p => p.Cut.Slot.Value),
            Is.GreaterThan(10), "the slots went on all the while");
        Assert.That(cluster.Now, Is.LessThan(4_500));
        cluster.Finish("12-censored-lane", """
            The leader leaves out a lane.
            V3's batch is fixed, and V0 goes on proposing cuts of lane 1 only. Progress of slots does not help it: the timer of the lane
            that waits, three slot timeouts, belongs to that lane alone. It runs at V1 and V2 from the moment they hear of the fixed
            tip; three seconds later they end the view, and the first cut of V1 covers lane 3.
            """);

        void SubmitUntil(long end) => cluster.Skip("V0 covers lane 1, slot by slot, and never lane 3", () =>
        {
            while (cluster.Now < end)
            {
                cluster[1].Submit($"a{cluster.Now}");
                cluster.RunFor(Math.Min(250, end - cluster.Now));
            }
        });
    }

    private static void Deliver(TranscriptCluster cluster, int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            long next = cluster[2].Blocks.Count + 1;
            cluster[2].Submit($"t{next}");
            cluster.RunUntil(() => cluster.Up.All(r => r.Sealed == next));
        }
    }

    private static int? LaneOf(ConsensusMessage message) => message switch
    {
        BatchMessage m => m.Batch.Header.Lane,
        FixAck m => m.Reference.Lane,
        FixCertificate m => m.Reference.Lane,
        _ => null,
    };
}
