using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 1: a quorum of 2f + 1 where n is not 3f + 1. With n = 5 or 6 two such quorums need not share an honest
/// validator.</summary>
[TestFixture]
public sealed class Pitfall01Quorums
{
    [TestCase(5)]
    [TestCase(6)]
    public void Two_quorums_of_2f_plus_1_could_share_only_a_liar(int validators)
    {
        ValidatorSet set = MachineHarness.SetOf(validators);
        int tooFew = (2 * set.MaxFaulty) + 1;
        Assert.That((2 * tooFew) - validators, Is.LessThanOrEqualTo(set.MaxFaulty));
        Assert.That((2 * set.Quorum) - validators, Is.GreaterThan(set.MaxFaulty));
    }

    [TestCase(4, 3)]
    [TestCase(5, 4)]
    [TestCase(6, 4)]
    [TestCase(7, 5)]
    public void Slot_is_decided_by_a_quorum_and_no_fewer(int validators, int quorum)
    {
        var harness = new MachineHarness(validators);
        Cut cut = harness.ProposeBatch(1);
        int[] others = [.. Enumerable.Range(0, validators).Where(i => i != 1)];

        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, others[..(quorum - 1)]);
        Assert.That(harness.Machine.State.Decided, Is.Zero);
        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, others[quorum - 1]);
        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
    }
}
