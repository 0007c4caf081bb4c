using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 14: an invalid request proposed for ever, or one that costs an honest leader its view.</summary>
[TestFixture]
public sealed class Pitfall14InvalidRequests
{
    [Test]
    public void Batch_with_an_invalid_transaction_is_never_acknowledged_and_ends_no_view()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        for (int i = 0; i < 3; i++)
        {
            harness.Receive(new BatchMessage(batch), valid: false);
            harness.Pass(60_000);
        }

        Assert.That(MachineHarness.Sent(harness.Effects).OfType<FixAck>(), Is.Empty);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
    }

    [Test]
    public void Invalid_proposal_ends_the_view_at_once_and_is_not_voted_for_later()
    {
        var harness = new MachineHarness();
        harness.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(9, 1).Header.Reference)));
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    [Test]
    public void Second_proposal_for_a_slot_ends_the_view_at_once_and_is_evidence()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        harness.ProposeBatch(1, lane: 3);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
        Assert.That(harness.Effects.OfType<Effect.Report>().Single().Evidence.Validator, Is.Zero);
    }
}
