using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 19: certificates of f + 1 acknowledgements, of which two digests of one batch can each get one.</summary>
[TestFixture]
public sealed class Pitfall19TwoCertificates
{
    private static readonly Batch First = MachineHarness.BatchOf(2, 1, content: 1);
    private static readonly Batch Second = MachineHarness.BatchOf(2, 1, content: 2);

    /// <summary>The faulty owner acknowledges both of its batches; of the three honest validators one saw the other batch first.</summary>
    [Test]
    public void Of_two_batches_for_one_place_at_most_one_is_fixed()
    {
        var leader = new MachineHarness(index: 0);
        leader.Receive(new BatchMessage(First));
        leader.Receive(new BatchMessage(Second));
        foreach (Batch batch in (Batch[])[First, Second])
        {
            leader.Receive(new FixAck(0, batch.Header.Reference, 2, default));
        }

        leader.Receive(new FixAck(0, Second.Header.Reference, 3, default));
        Assert.That(leader.Machine.Lanes[2].FixedTip.Height, Is.Zero, "each has two of four, which is f + 1");

        leader.Receive(new FixAck(0, First.Header.Reference, 1, default));
        Assert.That(leader.Machine.Lanes[2].FixedTip, Is.EqualTo(First.Header.Reference));
        PrePrepare proposal = MachineHarness.Sent(leader.Effects).OfType<PrePrepare>().Single();
        Assert.That(proposal.Cut.Tips.Single(), Is.EqualTo(First.Header.Reference));
    }

    [TestCase(2, ExpectedResult = false)]
    [TestCase(3, ExpectedResult = true)]
    public bool Certificate_is_good_with_a_quorum_and_not_with_f_plus_1(int signers)
    {
        byte[] statement = First.Header.Reference.AckStatement(MachineHarness.Chain, 0);
        ImmutableArray<ValidatorSignature> signatures =
            [.. Enumerable.Range(0, signers).Select(i => new ValidatorSignature(i, TwinWorld.SignAs(i, statement)))];
        var verifier = new MessageVerifier(MachineHarness.Chain, 0, MachineHarness.SetOf(4), new SignatureCache());
        return verifier.Verify(new FixCertificate(0, First.Header.Reference, signatures));
    }
}
