using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Certified tips that no cut covers: the leader is told before it is blamed, and a leader that leaves a lane out is
/// replaced.</summary>
[TestFixture]
public sealed class LaneInclusionTests
{
    private const int Leader = 0;
    private const int Owner = 3;

    [Test]
    public void Whoever_knows_an_uncovered_tip_tells_the_leader_once_at_half_time()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        _ = harness.News;
        harness.Pass(499);
        Assert.That(Certificates(harness.News), Is.Empty);
        harness.Pass(1);
        Assert.That(Certificates(harness.News).Select(c => c.To), Is.EqualTo([Leader]));
        harness.Pass(499);
        Assert.That(Certificates(harness.News), Is.Empty);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
    }

    [Test]
    public void Leader_of_a_new_view_is_told_anew()
    {
        var harness = new MachineHarness(index: 3);
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        harness.Pass(1_000);
        ViewChange[] changes = [.. Enumerable.Range(0, 3).Select(i => new ViewChange(0, new ViewNumber(1), null, [], i, default))];
        harness.Receive(new NewView(0, new ViewNumber(1), [.. changes], default));
        _ = harness.News;
        harness.Pass(1_000);
        Assert.That(Certificates(harness.News).Select(c => c.To), Is.EqualTo([1]));
    }

    [Test]
    public void Leader_that_is_told_of_a_tip_fetches_and_proposes_it()
    {
        var harness = new MachineHarness(index: Leader);
        Batch batch = MachineHarness.BatchOf(2, 1);
        var certificate = new FixCertificate(0, batch.Header.Reference, []);
        harness.Receive(certificate);
        Assert.That(MachineHarness.Sent(harness.News).OfType<FetchBatches>().Single().References, Is.EqualTo([batch.Header.Reference]));
        harness.Receive(new BatchesData(0, [new FetchedBatch(batch, certificate)]));
        Assert.That(
            MachineHarness.Sent(harness.News).OfType<PrePrepare>().Single().Cut.Tips, Is.EqualTo([batch.Header.Reference]));
    }

    /// <summary>The owner tells all but the leader of its tip, and is gone.</summary>
    [Test]
    public void Leader_that_did_not_hear_of_a_tip_is_not_replaced()
    {
        var world = new TwinWorld(4, 0, 1, 2, Owner);
        bool ownerIsGone = false;
        world.LosesBetween = (from, to, message) => from == Owner
            ? ownerIsGone || (to == Leader && message is FixCertificate)
            : to == Leader && message is FixAck { Reference.Lane: Owner };
        world.RunFor(2_000, time =>
        {
            if (time == 0)
            {
                world.Submit(Owner, 7);
            }

            ownerIsGone = time >= 400;
        });
        Assert.That(world.OrderedLanes, Does.Contain(Owner));
        Assert.That(Enumerable.Range(0, 4).Select(world.ViewOf), Is.All.EqualTo(default(ViewNumber)));
    }

    /// <summary>Other lanes move all the time, so nothing is stuck; only the owner and the leader are sent acknowledgements.</summary>
    [Test]
    public void Leader_that_leaves_a_lane_out_is_replaced_while_the_others_move()
    {
        var world = new TwinWorld(4, 0, 1, 2, Owner);

        // A leader that does not hear of a lane proposes as one that does not want to.
        world.LosesBetween = (_, to, message) =>
            to == Leader && message is FixAck { Reference.Lane: Owner } or FixCertificate { Reference.Lane: Owner };
        world.RunFor(8_000, time =>
        {
            if (time == 0)
            {
                world.Submit(Owner, 7);
            }

            if (time % 20 == 0)
            {
                world.Submit(1, (byte)(time / 20 % 250));
            }
        });
        Assert.That(world.ViewOf(1).Value, Is.Not.Zero);
        Assert.That(world.OrderedLanes, Does.Contain(Owner));
    }

    private static List<Effect.Send> Certificates(IEnumerable<Effect> effects) =>
        [.. effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is FixCertificate)];
}
