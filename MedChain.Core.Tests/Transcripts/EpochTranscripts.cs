using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Scenarios in which the validators change.</summary>
[TestFixture]
public sealed class EpochTranscripts
{
    private const int Last = 65;

    [Test]
    public void Handoff()
    {
        var cluster = new TranscriptCluster(count: 5, limits: new CbftLimits { Window = 1 });
        cluster.Start(0, 1, 2, 3);
        cluster.RunFor(2);
        cluster[1].Submit("validators 0 1 2 4");
        cluster.RunUntil(() => cluster.Up.All(r => r.Sealed >= 1));
        cluster.Skip("the leader fills slots 2 to 64 with cuts that may be empty", () =>
            cluster.RunUntil(() => cluster.Up.All(r => r.Sealed >= Last - 2)));
        cluster.RunUntil(() => cluster.Up.All(r => r.Machine.Epoch.Number == 1));
        Join(cluster);
        cluster.Note("epoch 1: V0 V1 V2 V4 validate, V3 follows");
        cluster[4].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Executed.Contains("b") && r.Sealed > Last));

        RequireHandoff(cluster, out ValidatorHistory history);
        Assert.That(history.Latest.Validators.Hash, Is.EqualTo(TranscriptCluster.SetOf([0, 1, 2, 4]).Hash));
        Vote[] votes = [.. cluster.Sent.Select(s => s.Message).OfType<Vote>()];
        Assert.That(cluster.Sent.Where(s => s.Message is Vote { Epoch: 0 }).Select(s => s.From), Has.None.EqualTo(4));
        Assert.That(cluster.Sent.Where(s => s.Message is Vote { Epoch: 1 }).Select(s => s.From), Has.None.EqualTo(3).And.Some.EqualTo(4));
        Assert.That(votes.Where(v => v.Epoch == 0).Max(v => v.Slot.Value), Is.EqualTo(Last), "the stop sign");
        Assert.That(votes.Where(v => v.Epoch == 1).Min(v => v.Slot.Value), Is.EqualTo(Last + 1));
        cluster.Finish("21-handoff", """
            The validators change: V4 replaces V3.
            Executing block 1, the state chooses the next validators, so the epoch's last slot is 65 for everybody: the stop sign. The
            last header names the next validators by their hash, and three seals over it are the handoff certificate. Everybody leaves
            epoch 0 when that block is stored, certified and durable; the handoff is the first record of epoch 1. V4 starts from
            nothing, walks the chain by the validators of epoch 0 as a guest, finds the handoff, and votes from then on; V3 follows.
            """);
    }

    [Test]
    public void Reconfiguration_during_a_view_change()
    {
        var cluster = new TranscriptCluster(count: 5, limits: new CbftLimits { Window = 1 });
        cluster.Start(0, 1, 2, 3);
        cluster.RunFor(2);
        cluster.Skip("block 1 chooses V4 in V0's place; slots 2 to 62", () =>
        {
            cluster[1].Submit("validators 1 2 3 4");
            cluster.RunUntil(() => cluster[0].Machine.State.Decided >= Last - 3);
        });
        cluster.Note("Commits of view 0 get lost from now on");
        cluster.Network = (_, _, message) => message is Vote { Phase: VotePhase.Commit, Epoch: 0, View.Value: 0 } ? null : 1;
        cluster.Crash(0);
        cluster.RunUntil(() => cluster.Up.All(r => r.Machine.Epoch.Number == 1));
        Join(cluster);
        cluster.Note("epoch 1: V1 V2 V3 V4");
        cluster[2].Submit("b");
        cluster.RunUntil(() => cluster.Up.All(r => r.Executed.Contains("b") && r.Sealed > Last));

        RequireHandoff(cluster, out ValidatorHistory history);
        Assert.That(history.Latest.Validators.Hash, Is.EqualTo(TranscriptCluster.SetOf([1, 2, 3, 4]).Hash));
        Assert.That(cluster.Up.Select(r => r.Machine.State.View.Value), Has.All.Zero, "views are counted anew in each epoch");
        Assert.That(cluster.Sent.Select(s => s.Message).OfType<NewView>().Select(v => (v.Epoch, v.View.Value)), Has.All.EqualTo((0L, 1L)));
        cluster.Finish("22-reconfiguration-during-view-change", """
            The leader dies while the epoch ends.
            V4 is to replace V0, and V0, the leader, dies a few slots before the stop sign. The slot timer runs until the epoch's end,
            also on an idle chain, so the others change the view, repeat what was prepared, and V1 fills the rest. The three of them
            still are a quorum of epoch 0 and make the handoff. Epoch 1 begins in view 0 with V1 as its first leader.
            """);
    }

    /// <summary>V4 comes with an empty disk, fetches the chain and enters the epoch.</summary>
    private static void Join(TranscriptCluster cluster)
    {
        cluster.Note("V4 starts with an empty disk");
        cluster.Start(4);
        cluster.RunUntil(() => cluster[4].Blocks.Count >= 1);
        cluster.Skip("it fetches blocks 2 to 64 one by one (W = 1), and believes each for its CommitCert", () =>
            cluster.RunUntil(() => cluster[4].Blocks.Count >= Last - 1));
        cluster.RunUntil(() => cluster[4].Machine.Epoch.Number == 1);
    }

    private static void RequireHandoff(TranscriptCluster cluster, out ValidatorHistory history)
    {
        Handoff handoff = cluster.Up.First().Machine.History.Handoffs.Single();
        Assert.That(handoff.Header.Height.Value, Is.EqualTo(Last));
        history = cluster.Genesis.TryAdd(handoff)!;
        Assert.That(history, Is.Not.Null, "a quorum of epoch 0 sealed the last block");
        ValidatorHistory verified = history;
        Assert.That(cluster.Up.Select(r => r.Machine.Epoch.Validators.Hash), Has.All.EqualTo(verified.Latest.Validators.Hash));
    }
}
