using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 7: slots between chosen ones without NULL, or NULL because of ViewChanges that the NewView does not contain.</summary>
[TestFixture]
public sealed class Pitfall07GapsInANewView
{
    private static readonly Cut Third = MachineHarness.CutOf(3, 0, MachineHarness.BatchOf(1, 1).Header.Reference);

    [Test]
    public void Slots_below_a_prepared_one_become_null()
    {
        NewView newView = Open(1, ChangeOf(0, 1, Prepared(Third)), ChangeOf(1, 1), ChangeOf(2, 1));
        (SlotNumber Slot, Digest Value, Cut? Cut)[] values =
            [.. NewViewRule.Select(newView, MachineHarness.Chain, MachineHarness.SetOf(4))];
        Assert.That(values.Select(v => v.Slot.Value), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(values.Select(v => v.Cut), Is.EqualTo(new[] { null, null, Third }));
        Assert.That(values[0].Value, Is.EqualTo(Cut.NullDigest(MachineHarness.Chain, 0, new SlotNumber(1))));
    }

    [Test]
    public void View_change_that_comes_after_the_new_view_changes_nothing_in_it()
    {
        var harness = new MachineHarness(index: 1);
        harness.Receive(ChangeOf(2, 1));
        harness.Receive(ChangeOf(3, 1));
        Assert.That(harness.Machine.State.Active, Is.True);
        harness.Receive(ChangeOf(0, 1, Prepared(Third)));

        NewView sent = MachineHarness.Sent(harness.Effects).OfType<NewView>().First();
        Assert.That(sent.ViewChanges.Select(v => v.Validator), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(NewViewRule.Select(sent, MachineHarness.Chain, MachineHarness.SetOf(4)), Is.Empty);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>(), Is.Empty);
    }

    private static ViewChange ChangeOf(int validator, long view, params ViewChangeEntry[] entries) =>
        new(0, new ViewNumber(view), null, [.. entries], validator, default);

    private static NewView Open(long view, params ViewChange[] changes) => new(0, new ViewNumber(view), [.. changes], default);

    private static ViewChangeEntry Prepared(Cut cut) =>
        new(cut.Slot, new VoteCertificate(VotePhase.Prepare, 0, default, cut.Slot, cut.Digest, []), cut, null);
}
