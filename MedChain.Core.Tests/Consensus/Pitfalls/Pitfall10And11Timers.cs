using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 10: a timer that any progress resets lets a leader starve the lowest slot. Pitfall 11: timeouts that double without a
/// cap.</summary>
[TestFixture]
public sealed class Pitfall10And11Timers
{
    [Test]
    public void Leader_that_moves_only_higher_slots_loses_its_view()
    {
        var harness = new MachineHarness();
        harness.ProposeBatch(1);
        for (int slot = 2; slot <= 6; slot++)
        {
            harness.Pass(200);
            Cut higher = harness.ProposeBatch(slot);
            harness.Decide(slot, higher.Digest);
        }

        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void Slot_that_is_decided_gives_the_next_one_its_whole_time()
    {
        var harness = new MachineHarness();
        Cut first = harness.ProposeBatch(1);
        harness.ProposeBatch(2);
        harness.Pass(900);
        harness.Decide(1, first.Digest);
        harness.Pass(999);
        Assert.That(harness.Machine.State.View.Value, Is.Zero);
        harness.Pass(1);
        Assert.That(harness.Machine.State.View.Value, Is.EqualTo(1));
    }

    [Test]
    public void After_any_number_of_failed_views_the_next_one_ends_within_the_cap()
    {
        var harness = new MachineHarness();
        Batch batch = MachineHarness.BatchOf(2, 1);
        harness.Receive(new BatchMessage(batch));
        harness.Receive(new FixCertificate(0, batch.Header.Reference, []));
        for (long view = 1; view <= 30; view++)
        {
            harness.Pass((long)harness.Settings.Limits.MaxSlotTimeout.TotalMilliseconds);
            Assert.That(harness.Machine.State.View.Value, Is.EqualTo(view));
            foreach (int validator in new[] { 0, 2, 3 })
            {
                harness.Receive(new ViewChange(0, new ViewNumber(view), null, [], validator, default));
            }
        }
    }
}
