using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Validators that contradict themselves are convicted on the chain, once, and by nothing but their own signatures.</summary>
[TestFixture(ChainKind.Account)]
[TestFixture(ChainKind.Transaction)]
internal sealed class MisconductTests(ChainKind kind)
{
    private const int Liar = 2;
    private LedgerChain _chain = null!;
    private Person _stranger = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(kind, "chain");
        _stranger = new Person("stranger");
    }

    [TearDown]
    public void Stop()
    {
        _stranger.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Evidence_from_anybody_is_recorded_with_its_block_and_named_in_the_receipt()
    {
        Evidence evidence = Contradiction(slot: 5);
        Receipt receipt = _chain.Send(_stranger, new RecordMisconduct(evidence.Encode()));

        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        Assert.That(receipt.Events.Single().Kind, Is.EqualTo(LedgerEventKind.MisconductRecorded));
        MisconductEntry entry = Recorded().Single();
        Assert.That(
            entry,
            Is.EqualTo(new MisconductEntry(Liar, Misconduct.TwoCommits, new BlockHeight(1), Digest.Of(evidence.Encode().Span))));
    }

    [Test]
    public void Same_misconduct_is_recorded_once_whatever_proves_it()
    {
        _chain.Send(_stranger, new RecordMisconduct(Contradiction(slot: 5).Encode()));
        Evidence again = Evidence.Of(CommitFor(5, 8), CommitFor(5, 9), _chain.Genesis.Chain, _chain.Genesis.Validators)!;
        Receipt receipt = _chain.Send(_chain.Administrator, new RecordMisconduct(again.Encode()));
        Assert.That(receipt.Reason, Is.EqualTo($"The misconduct of validator {Liar} is recorded already."));
        Assert.That(Recorded(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Misconduct_at_another_place_is_another_entry()
    {
        _chain.Send(_stranger, new RecordMisconduct(Contradiction(slot: 5).Encode()));
        _chain.Send(_stranger, new RecordMisconduct(Contradiction(slot: 6).Encode()));
        Assert.That(Recorded(), Has.Count.EqualTo(2));
    }

    [Test]
    public void Accusation_without_the_validators_signatures_is_refused_and_leaves_no_trace()
    {
        Digest before = _chain.Executor.Current.Tree.Root;
        Vote forged = CommitFor(5, 2) with { Signature = default };
        Evidence evidence = Evidence.Of(CommitFor(5, 1), forged, _chain.Genesis.Chain, _chain.Genesis.Validators)!;
        Receipt receipt = _chain.Send(_stranger, new RecordMisconduct(evidence.Encode()));
        Assert.That((receipt.Status, receipt.Reason), Is.EqualTo(
            (ReceiptStatus.Refused, "The evidence proves nothing: A signature is not the validator's.")));
        Assert.That(_chain.Executor.Current.Tree.Root, Is.EqualTo(before));
    }

    [Test]
    public void Validator_cannot_fill_the_state_with_its_own_misconduct()
    {
        for (int slot = 1; slot <= SharedRules.MaxMisconducts + 3; slot++)
        {
            _chain.Send(_stranger, new RecordMisconduct(Contradiction(slot).Encode()));
        }

        Assert.That(Recorded(), Has.Count.EqualTo(SharedRules.MaxMisconducts));
    }

    private List<MisconductEntry> Recorded() => [.. _chain.State.Scan<MisconductEntry>(StateKey.Misconducts).Select(e => e.Value)];

    private Evidence Contradiction(long slot) =>
        Evidence.Of(CommitFor(slot, 1), CommitFor(slot, 2), _chain.Genesis.Chain, _chain.Genesis.Validators)!;

    private Vote CommitFor(long slot, byte value)
    {
        var vote = new Vote(VotePhase.Commit, 0, new ViewNumber(1), new SlotNumber(slot), Digest.Of([value]), Liar, default);
        return vote with { Signature = _chain.Voters[Liar].Signing.Sign(vote.Statement(_chain.Genesis.Chain)) };
    }
}
