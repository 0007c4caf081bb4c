using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 4: the view inside what names a block. Pitfall 5: certificates of different views inside the header. Validators that
/// decide in different views would build different chains.</summary>
[TestFixture]
public sealed class Pitfall04And05Headers
{
    [Test]
    public void Value_repeated_in_a_later_view_keeps_its_digest()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        EnterViewOne(harness, cut);
        Assert.That(
            MachineHarness.Sent(harness.Effects).OfType<Vote>()
                .Where(v => v.Phase == VotePhase.Prepare)
                .Select(v => (v.View.Value, v.Value)),
            Is.EqualTo(new[] { (0L, cut.Digest), (1L, cut.Digest) }));
    }

    [Test]
    public void Validators_that_decide_in_different_views_by_different_votes_build_the_same_header()
    {
        var early = new MachineHarness();
        Cut cut = early.ProposeBatch(1);
        early.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 0, 2, 3);
        var late = new MachineHarness();
        Assert.That(late.ProposeBatch(1), Is.EqualTo(cut));
        EnterViewOne(late, cut);
        foreach (int validator in (int[])[0, 2])
        {
            late.Receive(MachineHarness.VoteOf(VotePhase.Prepare, validator, 1, cut.Digest, view: 1));
            late.Receive(MachineHarness.VoteOf(VotePhase.Commit, validator, 1, cut.Digest, view: 1));
        }

        VoteCertificate[] certificates = [.. new[] { early, late }.Select(h => h.Effects.OfType<Effect.Execute>().Single().Body.Commit)];
        Assert.That(certificates.Select(c => c.View.Value), Is.EqualTo(new long[] { 0, 1 }));
        Assert.That(HeaderOf(late), Is.EqualTo(HeaderOf(early)));
    }

    private static void EnterViewOne(MachineHarness harness, Cut cut)
    {
        var prepared = new VoteCertificate(VotePhase.Prepare, 0, default, cut.Slot, cut.Digest, []);
        ViewChange[] changes = [.. new[] { 0, 1, 2 }.Select(v => new ViewChange(
            0, new ViewNumber(1), null, [new ViewChangeEntry(cut.Slot, prepared, cut, null)], v, default))];
        harness.Receive(new NewView(0, new ViewNumber(1), [.. changes], default));
    }

    private static BlockHeader HeaderOf(MachineHarness harness)
    {
        harness.Step(new Input.BlockExecuted(new BlockHeight(1), default, default, default));
        harness.PersistAll();
        return harness.Effects.OfType<Effect.StoreBlock>().Single().Header;
    }
}
