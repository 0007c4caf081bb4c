using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 12: validators that are done and say nothing to those that are not.</summary>
[TestFixture]
public sealed class Pitfall12SilentValidators
{
    [Test]
    public void View_change_for_a_view_that_was_entered_is_answered_with_its_new_view()
    {
        var harness = new MachineHarness(index: 3);
        harness.Receive(new NewView(0, new ViewNumber(1), [ChangeOf(0), ChangeOf(1), ChangeOf(2)], default));
        _ = harness.News;

        harness.Receive(ChangeOf(2));

        Effect.Send answer = harness.News.OfType<Effect.Send>().Single(s => MachineHarness.Decode(s) is NewView);
        Assert.That(answer.To, Is.EqualTo(2));
    }

    [Test]
    public void Stale_view_change_is_answered_with_the_best_seal_certificate()
    {
        var harness = new MachineHarness(index: 3);
        var certificate = new SealCertificate(MachineHarness.Chain, 0, new BlockHeight(5), Digest.Of([1]), []);
        harness.Receive(new SealMessage(certificate));
        harness.Receive(new NewView(0, new ViewNumber(1), [ChangeOf(0), ChangeOf(1), ChangeOf(2)], default));
        _ = harness.News;

        harness.Receive(ChangeOf(2));

        Assert.That(MachineHarness.Sent(harness.News).OfType<SealMessage>().Single().Certificate.Height.Value, Is.EqualTo(5));
    }

    [Test]
    public void Peer_behind_the_seals_is_given_the_best_certificate()
    {
        var harness = new MachineHarness(index: 3);
        harness.Receive(new SealMessage(new SealCertificate(MachineHarness.Chain, 0, new BlockHeight(5), Digest.Of([1]), [])));
        _ = harness.News;
        harness.Receive(new Status(0, default, true, default, default, new BlockHeight(1), default));
        Assert.That(MachineHarness.Sent(harness.News).OfType<SealMessage>().Count(), Is.EqualTo(1));
    }

    private static ViewChange ChangeOf(int validator) => new(0, new ViewNumber(1), null, [], validator, default);
}
