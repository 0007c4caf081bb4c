using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Proofs that a validator contradicted itself: what convicts, and what does not.</summary>
[TestFixture]
public sealed class EvidenceTests
{
    private const int Liar = 1;
    private static readonly ChainId Chain = MachineHarness.Chain;
    private static readonly ValidatorSet Four = MachineHarness.SetOf(4);
    private static readonly Cut A = MachineHarness.CutOf(5, Liar, MachineHarness.BatchOf(1, 1).Header.Reference);
    private static readonly Cut B = MachineHarness.CutOf(5, Liar, MachineHarness.BatchOf(2, 1).Header.Reference);

    [TestCaseSource(nameof(Contradictions))]
    public void Contradiction_convicts_its_signer_and_travels_as_bytes(Misconduct kind, object first, object second)
    {
        Evidence evidence = Evidence.Of((ConsensusMessage)first, (ConsensusMessage)second, Chain, Four)!;
        Assert.That((evidence.Kind, evidence.Validator), Is.EqualTo((kind, Liar)));
        Assert.That(Evidence.TryDecode(evidence.Encode(), out Evidence? read, out string? problem), Is.True, problem);
        Assert.That(read!.Verify(Chain, Four), Is.Null);
        Assert.That(read.Verify(new ChainId(Digest.Of([9])), Four), Is.Not.Null, "of another chain");
        Assert.That(read.Verify(Chain, new ValidatorSet([.. Four.Members.Reverse()])), Is.Not.Null, "of other validators");
    }

    [TestCaseSource(nameof(Contradictions))]
    public void Any_damage_to_a_statement_acquits(Misconduct kind, object first, object second)
    {
        Evidence evidence = Evidence.Of((ConsensusMessage)first, (ConsensusMessage)second, Chain, Four)!;
        byte[] whole = evidence.Encode().ToArray();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte[1, 255]).Sample((place, change) =>
        {
            byte[] bytes = [.. whole];
            bytes[place] ^= change;
            return !Evidence.TryDecode(bytes, out Evidence? read, out _) || read.Verify(Chain, Four) is not null;
        });
        Assert.That(evidence.Kind, Is.EqualTo(kind));
    }

    [Test]
    public void One_statement_twice_is_no_contradiction()
    {
        Vote vote = VoteFor(VotePhase.Prepare, A.Digest);
        Assert.That(Evidence.Of(vote, vote, Chain, Four), Is.Null);
    }

    [Test]
    public void Votes_in_different_views_slots_or_phases_are_no_contradiction()
    {
        Vote vote = VoteFor(VotePhase.Prepare, A.Digest);
        Assert.That(Evidence.Of(vote, VoteFor(VotePhase.Prepare, B.Digest, view: 1), Chain, Four), Is.Null);
        Assert.That(Evidence.Of(vote, VoteFor(VotePhase.Prepare, B.Digest, slot: 6), Chain, Four), Is.Null);
        Assert.That(Evidence.Of(vote, VoteFor(VotePhase.Commit, B.Digest), Chain, Four), Is.Null);
    }

    [Test]
    public void Batches_of_different_incarnations_are_no_contradiction() =>
        Assert.That(Evidence.Of(BatchOf(1), BatchOf(2, incarnation: 2), Chain, Four), Is.Null);

    [Test]
    public void Acknowledgements_are_no_evidence()
    {
        var first = new FixAck(0, MachineHarness.BatchOf(2, 1).Header.Reference, Liar, default);
        var second = new FixAck(0, MachineHarness.BatchOf(2, 1, content: 1).Header.Reference, Liar, default);
        Assert.That(Evidence.Of(first, second, Chain, Four), Is.Null);
    }

    [Test]
    public void View_change_that_shows_a_later_certificate_hides_nothing()
    {
        Vote commit = VoteFor(VotePhase.Commit, A.Digest);
        Assert.That(Evidence.Of(commit, ChangeOf(3, Entry(B, 0)), Chain, Four)?.Kind, Is.EqualTo(Misconduct.HiddenVote));
        Assert.That(Evidence.Of(commit, ChangeOf(3, Entry(B, 1)), Chain, Four), Is.Null);
        Assert.That(Evidence.Of(commit, ChangeOf(3, Entry(A, 0)), Chain, Four), Is.Null);
    }

    [Test]
    public void View_change_need_not_speak_of_later_votes_or_of_slots_below_its_base()
    {
        Vote commit = VoteFor(VotePhase.Commit, A.Digest, view: 3);
        Assert.That(Evidence.Of(commit, ChangeOf(3), Chain, Four), Is.Null);
        var certificate = new SealCertificate(Chain, 0, new BlockHeight(5), Digest.Of([1]), []);
        ViewChange later = Sign(ChangeOf(4) with { Base = certificate });
        Assert.That(Evidence.Of(commit, later, Chain, Four), Is.Null);
    }

    [Test]
    public void Misconduct_at_one_place_has_one_name_whatever_proves_it()
    {
        Evidence one = Evidence.Of(VoteFor(VotePhase.Prepare, A.Digest), VoteFor(VotePhase.Prepare, B.Digest), Chain, Four)!;
        Evidence same = Evidence.Of(VoteFor(VotePhase.Prepare, Digest.Of([7])), VoteFor(VotePhase.Prepare, A.Digest), Chain, Four)!;
        Evidence other = Evidence.Of(
            VoteFor(VotePhase.Prepare, A.Digest, slot: 6), VoteFor(VotePhase.Prepare, B.Digest, slot: 6), Chain, Four)!;
        Assert.That(same.PlaceOf(Chain, Four), Is.EqualTo(one.PlaceOf(Chain, Four)));
        Assert.That(other.PlaceOf(Chain, Four), Is.Not.EqualTo(one.PlaceOf(Chain, Four)));
    }

    [Test]
    public void Random_bytes_never_throw_and_never_convict() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
            !Evidence.TryDecode(bytes, out Evidence? evidence, out _) || evidence.Verify(Chain, Four) is not null);

    private static IEnumerable<TestCaseData> Contradictions()
    {
        yield return Case(Misconduct.TwoProposals, Propose(A), Propose(B));
        yield return Case(Misconduct.TwoPrepares, VoteFor(VotePhase.Prepare, A.Digest), VoteFor(VotePhase.Prepare, B.Digest));
        yield return Case(Misconduct.TwoCommits, VoteFor(VotePhase.Commit, A.Digest), VoteFor(VotePhase.Commit, B.Digest));
        yield return Case(Misconduct.TwoSeals, SealOf(A.Digest), SealOf(B.Digest));
        yield return Case(Misconduct.TwoBatches, BatchOf(1), BatchOf(2));
        yield return Case(Misconduct.TwoViewChanges, ChangeOf(3), ChangeOf(3, Entry(A, 0)));
        yield return Case(Misconduct.TwoNewViews, Open([]), Open([ChangeOf(1)]));
        yield return Case(Misconduct.HiddenVote, VoteFor(VotePhase.Commit, A.Digest), ChangeOf(3));
        ViewChangeEntry older = new(A.Slot, null, null, new AcceptedClaim(new ViewNumber(0), B.Digest));
        yield return Case(Misconduct.HiddenVote, VoteFor(VotePhase.Prepare, A.Digest), ChangeOf(3, older))
            .SetArgDisplayNames("HiddenVote, of a Prepare");
    }

    private static TestCaseData Case(Misconduct kind, ConsensusMessage first, ConsensusMessage second) =>
        new TestCaseData(kind, first, second).SetArgDisplayNames(kind.ToString());

    private static Signature SignBytes(byte[] statement) => TwinWorld.SignAs(Liar, statement);

    private static PrePrepare Propose(Cut cut)
    {
        PrePrepare message = MachineHarness.Propose(cut);
        return message with { Signature = SignBytes(message.Statement(Chain)) };
    }

    private static Vote VoteFor(VotePhase phase, Digest value, long view = 0, long slot = 5)
    {
        Vote vote = MachineHarness.VoteOf(phase, Liar, slot, value, view);
        return vote with { Signature = SignBytes(vote.Statement(Chain)) };
    }

    private static SealVote SealOf(Digest header) => new(
        0, new BlockHeight(5), header, Liar, SignBytes(SealCertificate.Statement(Chain, 0, new BlockHeight(5), header)));

    private static BatchMessage BatchOf(byte content, long incarnation = 1)
    {
        Batch batch = MachineHarness.BatchOf(Liar, 1, content: content, incarnation: incarnation);
        ReadOnlyMemory<byte> payload = Batch.EncodePayload(batch.Transactions);
        return new BatchMessage(Batch.Create(batch.Header, SignBytes(batch.Header.Statement()), payload));
    }

    private static ViewChangeEntry Entry(Cut cut, long view) =>
        new(cut.Slot, new VoteCertificate(VotePhase.Prepare, 0, new ViewNumber(view), cut.Slot, cut.Digest, []), cut, null);

    private static ViewChange ChangeOf(long view, params ViewChangeEntry[] entries) =>
        Sign(new ViewChange(0, new ViewNumber(view), null, [.. entries], Liar, default));

    private static ViewChange Sign(ViewChange change) => change with { Signature = SignBytes(change.Statement(Chain)) };

    private static NewView Open(ViewChange[] changes)
    {
        var message = new NewView(0, new ViewNumber(1), [.. changes], default);
        return message with { Signature = SignBytes(message.Statement(Chain)) };
    }
}
