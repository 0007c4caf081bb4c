using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 6: claims of accepted values counted at equal views instead of at views at least as high (Zyzzyva and FaB,
/// arXiv 1712.01367).</summary>
[TestFixture]
public sealed class Pitfall06FastPathClaims
{
    private static readonly ValidatorSet Validators = MachineHarness.SetOf(4, new ConsensusRules { FastPath = true });
    private static readonly Cut Decided = MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(1, 1).Header.Reference);
    private static readonly Cut Other = MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(2, 1).Header.Reference);

    /// <summary>All four accept a cut in view 0, and validator 1 alone learns that this decided it. In view 1 it is proposed again, but
    /// only validator 2 accepts it before the view ends. View 2 starts from validators 0, 2 and 3, and validator 0 lies.</summary>
    [Test]
    public void Decision_survives_though_its_claims_are_of_different_views()
    {
        NewView newView = Open(2, Claim(0, Other, 1), Claim(2, Decided, 1), Claim(3, Decided, 0));

        Assert.That(AtEqualViews(newView), Is.Null, "counted view by view, the decided cut is lost: this is the pitfall");
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, Validators).Single().Cut, Is.EqualTo(Decided));
    }

    [Test]
    public void Lie_about_a_high_view_weighs_nothing_without_an_honest_claim_beside_it()
    {
        NewView newView = Open(5, Claim(0, Other, 4), Claim(2, Decided, 0), Claim(3, Decided, 0));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, Validators).Single().Cut, Is.EqualTo(Decided));
    }

    [Test]
    public void Prepared_certificate_of_a_higher_view_beats_older_claims()
    {
        var prepared = new VoteCertificate(VotePhase.Prepare, 0, new ViewNumber(1), Other.Slot, Other.Digest, []);
        ViewChange shows = Claim(0, Other, 1) with { Entries = [new ViewChangeEntry(Other.Slot, prepared, Other, null)] };
        NewView newView = Open(2, shows, Claim(2, Decided, 0), Claim(3, Decided, 0));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, Validators).Single().Cut, Is.EqualTo(Other));
    }

    [Test]
    public void Claims_of_fewer_than_two_of_four_choose_nothing()
    {
        NewView newView = Open(1, Claim(0, Other, 0), Claim(2, Decided, 0), new ViewChange(0, new ViewNumber(1), null, [], 3, default));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, Validators), Is.Empty);
    }

    [Test]
    public void Without_the_fast_path_claims_choose_nothing()
    {
        NewView newView = Open(1, Claim(0, Decided, 0), Claim(2, Decided, 0), Claim(3, Decided, 0));
        Assert.That(NewViewRule.Select(newView, MachineHarness.Chain, MachineHarness.SetOf(4)), Is.Empty);
    }

    /// <summary>The broken rule: a value needs f + 1 claims of one and the same view.</summary>
    private static Digest? AtEqualViews(NewView newView) => newView.ViewChanges
        .SelectMany(v => v.Entries)
        .GroupBy(e => e.Accepted!)
        .Where(g => g.Count() >= Validators.Weak)
        .MaxBy(g => g.Key.View)?.Key.Value;

    private static ViewChange Claim(int validator, Cut cut, long view) => new(
        0,
        new ViewNumber(view + 1),
        null,
        [new ViewChangeEntry(cut.Slot, null, null, new AcceptedClaim(new ViewNumber(view), cut.Digest), cut)],
        validator,
        default);

    private static NewView Open(long view, params ViewChange[] changes) =>
        new(0, new ViewNumber(view), [.. changes.Select(c => c with { NewView = new ViewNumber(view) })], default);
}
