using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Deciding on the Prepares of all validators.</summary>
[TestFixture]
public sealed class FastPathTests
{
    private static readonly ConsensusRules Fast = new() { FastPath = true };

    [Test]
    public void Prepares_of_all_decide_before_any_commit_arrives()
    {
        var harness = new MachineHarness(rules: Fast);
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2, 3);

        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1));
        VoteCertificate certificate = harness.Effects.OfType<Effect.Execute>().Single().Body.Commit;
        Assert.That(certificate.Phase, Is.EqualTo(VotePhase.Prepare));
        Assert.That(certificate.Signatures, Has.Length.EqualTo(4));
    }

    [Test]
    public void Commit_leaves_at_a_quorum_and_does_not_wait_for_the_last_prepare()
    {
        var harness = new MachineHarness(rules: Fast);
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        Assert.That(MachineHarness.Sent(harness.Effects).OfType<Vote>().Count(v => v.Phase == VotePhase.Commit), Is.EqualTo(1));

        harness.ReceiveVotes(VotePhase.Commit, 1, cut.Digest, 0, 2);
        Assert.That(harness.Machine.State.Decided, Is.EqualTo(1), "the slow path works beside it");
    }

    [Test]
    public void Without_the_rule_the_prepares_of_all_decide_nothing()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2, 3);
        Assert.That(harness.Machine.State.Decided, Is.Zero);
    }

    [Test]
    public void Prepares_of_all_in_different_views_decide_nothing()
    {
        var harness = new MachineHarness(rules: Fast);
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        harness.Receive(MachineHarness.VoteOf(VotePhase.Prepare, 3, 1, cut.Digest, view: 1));
        Assert.That(harness.Machine.State.Decided, Is.Zero);
    }

    [Test]
    public void View_change_names_the_cut_of_an_accepted_proposal_also_after_a_restart()
    {
        var before = new MachineHarness(rules: Fast);
        Cut cut = before.ProposeBatch(1);
        var after = new MachineHarness(log: new Core.Storage.LogContents(before.Records, null), rules: Fast);

        after.Pass(5_000);

        ViewChangeEntry entry = MachineHarness.Sent(after.Effects).OfType<ViewChange>().First().Entries.Single();
        Assert.That(entry.Prepared, Is.Null);
        Assert.That(entry.ClaimedCut, Is.EqualTo(cut));
    }

    [TestCase(false, 4, true, ExpectedResult = true)]
    [TestCase(false, 3, true, ExpectedResult = false)]
    [TestCase(false, 4, false, ExpectedResult = false)]
    [TestCase(true, 3, true, ExpectedResult = true)]
    [TestCase(true, 3, false, ExpectedResult = true)]
    public bool Block_is_decided_by_commits_of_a_quorum_or_by_prepares_of_all_where_the_rules_allow_it(
        bool commits, int signers, bool fastPath)
    {
        VotePhase phase = commits ? VotePhase.Commit : VotePhase.Prepare;
        ValidatorSet validators = MachineHarness.SetOf(4, new ConsensusRules { FastPath = fastPath });
        VoteCertificate certificate = Sign(phase, signers, validators.Rules);
        var body = new BlockBody(null, certificate, [], [], []);
        return new MessageVerifier(MachineHarness.Chain, 0, validators, new SignatureCache()).VerifyDecision(body);
    }

    [Test]
    public void Votes_of_a_validator_with_other_rules_are_refused()
    {
        ValidatorSet plain = MachineHarness.SetOf(4);
        ValidatorSet fast = MachineHarness.SetOf(4, Fast);
        VoteCertificate certificate = Sign(VotePhase.Commit, 1, Fast);
        var vote = new Vote(
            certificate.Phase, 0, certificate.View, certificate.Slot, certificate.Value, 0, certificate.Signatures[0].Signature);
        Assert.That(new MessageVerifier(MachineHarness.Chain, 0, fast, new SignatureCache()).Verify(vote), Is.True);
        Assert.That(new MessageVerifier(MachineHarness.Chain, 0, plain, new SignatureCache()).Verify(vote), Is.False);
        Assert.That(plain.Hash, Is.Not.EqualTo(fast.Hash));
        Assert.That(Canonical.Decode<ValidatorSet>(Canonical.Encode(fast)).Hash, Is.EqualTo(fast.Hash));
    }

    private static VoteCertificate Sign(VotePhase phase, int signers, ConsensusRules rules)
    {
        var slot = new SlotNumber(1);
        Digest value = Cut.NullDigest(MachineHarness.Chain, 0, slot);
        var certificate = new VoteCertificate(phase, 0, default, slot, value, []);
        byte[] statement = certificate.Statement(rules.Bind(MachineHarness.Chain));
        ImmutableArray<ValidatorSignature> signatures = [.. Enumerable.Range(0, signers).Select(i =>
        {
            using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), SigningKey.SeedSize)]);
            return new ValidatorSignature(i, key.Sign(statement));
        })];
        return certificate with { Signatures = signatures };
    }
}
