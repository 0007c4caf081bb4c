using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 15: counting unverified claims in state transfer. What peers say of themselves only makes this validator ask; what it
/// gets proves itself.</summary>
[TestFixture]
public sealed class Pitfall15UnverifiedClaims
{
    private static readonly ValidatorSet Four = MachineHarness.SetOf(4);

    [Test]
    public void Any_number_of_peers_that_claim_a_height_make_this_validator_ask_and_believe_nothing()
    {
        var harness = new MachineHarness();
        foreach (int peer in (int[])[0, 2, 3])
        {
            var claim = new Status(0, new ViewNumber(9), true, new BlockHeight(1_000), new BlockHeight(1_000), new BlockHeight(1), default);
            harness.Step(new Input.MessageReceived(peer, claim));
        }

        harness.Pass(1_000);
        ReplicaState state = harness.Machine.State;
        Assert.That((state.Decided, state.Stored, state.BaseHeight, state.View.Value), Is.EqualTo((0L, 0L, 0L, 0L)));
        Assert.That(
            MachineHarness.Sent(harness.Effects).Select(m => m.GetType()).Distinct(),
            Is.EquivalentTo(new[] { typeof(FetchBlocks), typeof(Status) }));
    }

    [TestCase(new[] { 0, 1, 2 }, ExpectedResult = true)]
    [TestCase(new[] { 0, 1 }, ExpectedResult = false)]
    [TestCase(new[] { 0, 0, 1 }, ExpectedResult = false)]
    [TestCase(new[] { 0, 1, 7 }, ExpectedResult = false)]
    public bool Fetched_block_counts_only_with_a_quorums_signatures_over_its_value(int[] signers)
    {
        Cut cut = MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(2, 1).Header.Reference);
        VoteCertificate commit = Sign(cut, signers);
        var verifier = new MessageVerifier(MachineHarness.Chain, 0, Four, new SignatureCache());
        BlockBody body = new(cut, commit, [], [], []);
        Assert.That(verifier.Verify(new BlocksData(0, [body with { Cut = MachineHarness.CutOf(1, 1, [.. cut.Tips]) }])), Is.False);
        return verifier.Verify(new BlocksData(0, [body]));
    }

    private static VoteCertificate Sign(Cut cut, int[] signers)
    {
        var certificate = new VoteCertificate(VotePhase.Commit, 0, default, cut.Slot, cut.Digest, []);
        byte[] statement = certificate.Statement(MachineHarness.Chain);
        ImmutableArray<ValidatorSignature> signatures =
            [.. signers.Select(signer => new ValidatorSignature(signer, TwinWorld.SignAs(signer, statement)))];
        return certificate with { Signatures = signatures };
    }
}
