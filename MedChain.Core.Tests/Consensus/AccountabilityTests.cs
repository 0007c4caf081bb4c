using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>After a disagreement, which needs more liars than the chain bears, at least f + 1 of them are named, and nobody else.</summary>
[TestFixture]
public sealed class AccountabilityTests
{
    private static readonly ValidatorSet Four = MachineHarness.SetOf(4);

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

    private static Accountability Compare(params TwinWorld[] worlds)
    {
        var accountability = new Accountability(MachineHarness.Chain, Four);
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
