using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 23: delivering a block again after a sync.</summary>
[TestFixture]
public sealed class Pitfall23DeliveredTwice
{
    private static readonly Batch[] Lane =
        [MachineHarness.BatchOf(2, 1), MachineHarness.BatchOf(2, 2, MachineHarness.BatchOf(2, 1).Header.Digest)];

    [Test]
    public void Blocks_that_come_again_and_votes_that_come_late_execute_nothing_twice()
    {
        var harness = new MachineHarness();
        BlockBody[] blocks = [BodyOf(1), BodyOf(2)];
        harness.Receive(new BlocksData(0, [.. blocks]));
        harness.Receive(new BlocksData(0, [.. blocks]));
        harness.Receive(new BatchMessage(Lane[0]));
        harness.Decide(1, blocks[0].Cut!.Digest);
        Execute(harness, 1);
        harness.Receive(new BlocksData(0, [.. blocks]));
        Execute(harness, 2);
        harness.Receive(new BlocksData(0, [blocks[1], blocks[0]]));
        harness.Decide(2, blocks[1].Cut!.Digest);

        Assert.That(harness.Effects.OfType<Effect.Execute>().Select(e => e.Height.Value), Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(harness.Effects.OfType<Effect.StoreBlock>().Select(e => e.Header.Height.Value), Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(
            harness.Effects.OfType<Effect.Execute>().SelectMany(e => e.Body.Batches).Select(b => b.Header),
            Is.EqualTo(Lane.Select(b => b.Header)));
    }

    [Test]
    public void Block_in_the_store_is_not_executed_again_after_a_restart_whatever_the_log_and_the_peers_have()
    {
        var before = new MachineHarness();
        Cut cut = before.ProposeBatch(1);
        before.Decide(1, cut.Digest);
        Execute(before, 1);
        Effect.Execute executed = before.Effects.OfType<Effect.Execute>().Single();
        BlockHeader header = before.Effects.OfType<Effect.StoreBlock>().Single().Header;

        List<Effect> effects = [];
        var after = new CbftMachine(
            before.Settings, before, RecoveredState.Read(new LogContents(before.Records, null), header, executed.Body.Ordering));
        foreach (Input input in (Input[])[new Input.Started(), new Input.MessageReceived(0, new BlocksData(0, [executed.Body]))])
        {
            after.Step(input, new MachineTime(0, MachineHarness.WallClockStart), effects);
        }

        Assert.That(effects.OfType<Effect.Execute>(), Is.Empty);
        Assert.That(after.State.Stored, Is.EqualTo(1));
    }

    private static void Execute(MachineHarness harness, long height)
    {
        harness.Step(new Input.BlockExecuted(new BlockHeight(height), default, default, default));
        harness.PersistAll();
    }

    private static BlockBody BodyOf(int slot)
    {
        Cut cut = MachineHarness.CutOf(slot, 0, Lane[slot - 1].Header.Reference);
        return new BlockBody(cut, new VoteCertificate(VotePhase.Commit, 0, default, cut.Slot, cut.Digest, []), [Lane[slot - 1]], [], []);
    }
}
