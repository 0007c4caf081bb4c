using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The room that one peer's messages have.</summary>
[TestFixture]
public sealed class PeerLaneTests
{
    private static readonly CbftLimits Limits = new() { MaxQueuedMessages = 16 };

    [Test]
    public void Message_counts_until_the_loop_has_taken_it()
    {
        var lane = new PeerLane(default, Limits);
        Fill(lane);
        lane.TryTake(out ReadOnlyMemory<byte> taken);
        lane.Post(MessageKind.Prepare, new byte[10], out bool dropped);
        Assert.That(dropped, Is.True, "The one taken out is still under way.");

        lane.Release(MessageKind.Prepare, taken.Length);
        lane.Post(MessageKind.Prepare, new byte[10], out dropped);
        Assert.That(dropped, Is.False);
    }

    [Test]
    public void Latest_view_change_of_a_peer_is_kept_when_its_lane_is_full()
    {
        var lane = new PeerLane(default, Limits);
        Fill(lane);
        lane.Post(MessageKind.ViewChange, new byte[] { 1 }, out bool first);
        lane.Post(MessageKind.ViewChange, new byte[] { 2 }, out bool second);

        Assert.That(first, Is.False);
        Assert.That(second, Is.True, "The older one was replaced, which counts as dropped.");
        Assert.That(lane.TryTake(out ReadOnlyMemory<byte> taken), Is.True);
        Assert.That(taken.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Second_view_change_waits_for_the_first_to_be_taken_by_the_loop()
    {
        var lane = new PeerLane(default, Limits);
        lane.Post(MessageKind.ViewChange, new byte[] { 1 }, out _);
        lane.TryTake(out _);
        lane.Post(MessageKind.ViewChange, new byte[] { 2 }, out _);
        Assert.That(lane.TryTake(out _), Is.False);
        Assert.That(lane.EndTurn(), Is.False);

        Assert.That(lane.Release(MessageKind.ViewChange, 1), Is.True, "The lane needs a turn again.");
        Assert.That(lane.TryTake(out ReadOnlyMemory<byte> taken), Is.True);
        Assert.That(taken.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Lane_asks_for_one_turn_at_a_time()
    {
        var lane = new PeerLane(default, Limits);
        Assert.That(lane.Post(MessageKind.Prepare, new byte[1], out _), Is.True);
        Assert.That(lane.Post(MessageKind.Prepare, new byte[1], out _), Is.False);
        lane.TryTake(out _);
        Assert.That(lane.EndTurn(), Is.True, "Another message waits.");
        lane.TryTake(out _);
        Assert.That(lane.EndTurn(), Is.False);
        Assert.That(lane.Post(MessageKind.Prepare, new byte[1], out _), Is.True);
    }

    private static void Fill(PeerLane lane)
    {
        for (int i = 0; i < Limits.MaxQueuedMessages; i++)
        {
            lane.Post(MessageKind.Prepare, new byte[10], out bool dropped);
            Assert.That(dropped, Is.False);
        }
    }
}
