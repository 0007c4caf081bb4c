using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>After a disagreement, which needs more liars than the chain bears, at least f + 1 of them are named, and nobody else.</summary>
[TestFixture]
public sealed class AccountabilityTests
{
    private static readonly ValidatorSet Four = MachineHarness.SetOf(4);
    private static readonly ValidatorSet Fast = MachineHarness.SetOf(4, new ConsensusRules { FastPath = true });

    [Test]
    public void Two_decisions_in_one_view_name_the_twins()
    {
        TwinWorld left = Decide(new TwinWorld(4, 0, 1, 2), content: 1);
        TwinWorld right = Decide(new TwinWorld(4, 0, 1, 3), content: 2);
        Assert.That(left.Decisions[1].Value, Is.Not.EqualTo(right.Decisions[1].Value), "the twins force a disagreement");
        Assert.That(right.Decisions[1].View, Is.EqualTo(left.Decisions[1].View));

        RequireTwinsNamed(left, right);
    }

    [Test]
    public void Two_decisions_in_different_views_name_the_twins_by_what_they_hid()
    {
        TwinWorld left = Decide(new TwinWorld(4, 0, 1, 2), content: 1);
        var right = new TwinWorld(4, 0, 1, 3) { Loses = m => m is PrePrepare { View.Value: 0 } };
        Decide(right, content: 2);
        Assert.That(left.Decisions[1].Value, Is.Not.EqualTo(right.Decisions[1].Value));
        Assert.That(right.Decisions[1].View, Is.GreaterThan(left.Decisions[1].View));

        RequireTwinsNamed(left, right);
    }

    /// <summary>A decision by the Prepares of all is denied in a later view, for which three must hide what they accepted.</summary>
    [Test]
    public void Fast_decision_denied_in_a_later_view_names_the_twins_by_the_claims_they_hid()
    {
        TwinWorld left = Decide(new TwinWorld(Fast, 0, 1, 2, 3), content: 1);
        var right = new TwinWorld(Fast, 0, 1, 2) { Loses = m => m is PrePrepare { View.Value: 0 } };
        Decide(right, content: 2);
        Assert.That(left.Decisions[1].Phase, Is.EqualTo(VotePhase.Prepare), "decided on the fast path");
        Assert.That(right.Decisions[1].Value, Is.Not.EqualTo(left.Decisions[1].Value));
        Assert.That(right.Decisions[1].View, Is.GreaterThan(left.Decisions[1].View));

        Accountability accountability = Compare(Fast, left, right);
        Assert.That(accountability.Found.Keys, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(accountability.Found.Values.Select(e => e.Kind), Has.All.EqualTo(Misconduct.HiddenVote));
        Assert.That(accountability.Found.Values.Select(e => e.Verify(MachineHarness.Chain, Fast)), Has.All.Null);
    }

    /// <summary>Two phases of one view do not contradict each other by themselves; the PreparedCert behind the Commits does.</summary>
    [Test]
    public void Fast_decision_and_another_by_commits_in_the_same_view_name_those_who_prepared_both()
    {
        VoteCertificate fast = Sign(VotePhase.Prepare, Digest.Of([1]), 0, 1, 2, 3);
        var accountability = new Accountability(MachineHarness.Chain, Fast);
        accountability.Add(fast);
        accountability.Add(Sign(VotePhase.Commit, Digest.Of([2]), 0, 1, 2));
        accountability.Add(Sign(VotePhase.Prepare, Digest.Of([2]), 0, 1, 2));
        Assert.That(accountability.Found.Keys, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(accountability.Found.Values.Select(e => e.Verify(MachineHarness.Chain, Fast)), Has.All.Null);
    }

    [Test]
    public void Agreement_names_nobody()
    {
        TwinWorld world = Decide(new TwinWorld(4, 0, 1, 2, 3), content: 1);
        var accountability = new Accountability(MachineHarness.Chain, Four);
        accountability.Add(world.Decisions[1]);
        accountability.Add(world.Decisions[1]);
        Assert.That(accountability.Found, Is.Empty);
    }

    [Test]
    public void View_change_after_a_decision_hides_nothing_and_names_nobody()
    {
        TwinWorld world = Decide(new TwinWorld(4, 0, 1, 2, 3), content: 1);
        world.Loses = m => m is PrePrepare { View.Value: 0 };
        world.Submit(2, 2);
        world.RunUntilDecided(2);
        Assert.That(world.NewViews, Is.Not.Empty);

        Assert.That(Compare(world).Found, Is.Empty);
    }

    private static VoteCertificate Sign(VotePhase phase, Digest value, params int[] signers)
    {
        var certificate = new VoteCertificate(phase, 0, default, new SlotNumber(1), value, []);
        byte[] statement = certificate.Statement(Fast.Rules.Bind(MachineHarness.Chain));
        return certificate with { Signatures = [.. signers.Select(s => new ValidatorSignature(s, TwinWorld.SignAs(s, statement)))] };
    }

    private static TwinWorld Decide(TwinWorld world, byte content)
    {
        world.Submit(1, content);
        world.RunUntilDecided(1);
        return world;
    }

    private static void RequireTwinsNamed(params TwinWorld[] worlds)
    {
        Accountability accountability = Compare(worlds);
        Assert.That(accountability.Found.Keys, Is.EqualTo(new[] { 0, 1 }));
        Assert.That(accountability.Found, Has.Count.GreaterThanOrEqualTo(Four.Weak));
        foreach (Evidence evidence in accountability.Found.Values)
        {
            Assert.That(evidence.Verify(MachineHarness.Chain, Four), Is.Null);
        }
    }

    private static Accountability Compare(params TwinWorld[] worlds) => Compare(Four, worlds);

    private static Accountability Compare(ValidatorSet validators, params TwinWorld[] worlds)
    {
        var accountability = new Accountability(MachineHarness.Chain, validators);
        foreach (TwinWorld world in worlds)
        {
            foreach (VoteCertificate decision in world.Decisions.Values)
            {
                accountability.Add(decision);
            }

            foreach (NewView newView in world.NewViews)
            {
                accountability.Add(newView);
            }
        }

        return accountability;
    }
}
