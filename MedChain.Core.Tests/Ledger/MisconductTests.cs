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
            Is.EqualTo(new MisconductEntry(
                _chain.Voters[Liar].Signing.PublicKey,
                0,
                Liar,
                Misconduct.TwoCommits,
                new BlockHeight(1),
                Digest.Of(evidence.Encode().Span))));
    }

    [Test]
    public void Evidence_is_judged_by_the_validators_of_the_epoch_that_it_names()
    {
        Person newcomer = _chain.Own(new Person("newcomer"));
        ValidatorSet next = Replace(Liar, newcomer);
        _chain.Epoch = 1;

        Receipt old = SendContradiction(slot: 5, epoch: 0, _chain.Voters[Liar], _chain.Genesis.Validators);
        Assert.That(old.Status, Is.EqualTo(ReceiptStatus.Applied), "what it did while it was a validator: " + old.Reason);
        Receipt late = SendContradiction(slot: 90, epoch: 1, _chain.Voters[Liar], next);
        Assert.That(late.Reason, Does.Contain("A signature is not the validator's"), "it is none of epoch 1");
        Receipt fresh = SendContradiction(slot: 90, epoch: 1, newcomer, next);
        Assert.That(fresh.Status, Is.EqualTo(ReceiptStatus.Applied), fresh.Reason);

        Assert.That(
            Recorded().Select(e => (e.VotingKey, e.Epoch, e.Validator)),
            Is.EquivalentTo([
                (_chain.Voters[Liar].Signing.PublicKey, 0L, Liar), (newcomer.Signing.PublicKey, 1L, Liar)]));
    }

    [Test]
    public void Evidence_of_an_epoch_that_has_not_begun_waits_for_it()
    {
        Person newcomer = _chain.Own(new Person("newcomer"));
        ValidatorSet next = Replace(Liar, newcomer);
        Assert.That(SendContradiction(slot: 90, epoch: 1, newcomer, next).Reason, Does.Contain("epoch 1 are not known here"));
        _chain.Epoch = 1;
        Assert.That(SendContradiction(slot: 90, epoch: 1, newcomer, next).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [Test]
    public void State_keeps_the_validators_of_the_last_epochs_and_of_the_genesis()
    {
        Person[] institutions = [_chain.Own(new Person("one")), _chain.Own(new Person("other"))];
        List<(Person Member, ValidatorSet Validators)> epochs = [(_chain.Voters[Liar], _chain.Genesis.Validators)];
        for (int i = 0; i <= ValidatorRules.KeptEpochs + 1; i++)
        {
            epochs.Add((institutions[i % 2], Replace(Liar, institutions[i % 2])));
            _chain.Epoch++;
        }

        Assert.That(SendContradiction(5, 1, epochs[1].Member, epochs[1].Validators).Reason, Does.Contain("epoch 1 are not known here"));
        foreach (int epoch in new[] { 0, 2, 3, ValidatorRules.KeptEpochs + 1, ValidatorRules.KeptEpochs + 2 })
        {
            Receipt receipt = SendContradiction(5, epoch, epochs[epoch].Member, epochs[epoch].Validators);
            Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), $"epoch {epoch}: {receipt.Reason}");
        }

        Assert.That(_chain.State.Scan<PastValidators>(new StateKey("e"u8.ToArray())).Count(), Is.EqualTo(ValidatorRules.KeptEpochs));
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

    /// <summary>Puts another in a validator's place, with a quorum of operators, as of the next epoch.</summary>
    private ValidatorSet Replace(int leaving, Person joining)
    {
        ValidatorSet current = ValidatorRules.Read(_chain.State, _chain.Genesis, _chain.Epoch).Current;
        Validator operated = current.Members[leaving];
        ValidatorChange change = ValidatorChange.Replace(
            operated.VotingKey, operated with { VotingKey = joining.Signing.PublicKey, CustodyKey = joining.Agreement.PublicKey });
        var open = new BlockHeight(_chain.Executor.Current.Height.Value + 10);
        _chain.Send(_chain.Operators[0], new ProposeValidators(change, open));
        _chain.Send(_chain.Operators[1], new ApproveValidators(_chain.Operators[0].Signing.PublicKey, change));
        Receipt chosen = _chain.Send(_chain.Operators[3], new ApproveValidators(_chain.Operators[0].Signing.PublicKey, change));
        Assert.That(chosen.Status, Is.EqualTo(ReceiptStatus.Applied), chosen.Reason);
        return ValidatorRules.Read(_chain.State, _chain.Genesis, _chain.Epoch + 1).Current;
    }

    private Receipt SendContradiction(long slot, long epoch, Person signer, ValidatorSet validators)
    {
        Evidence evidence = Evidence.Of(
            CommitFor(slot, 1, epoch, signer), CommitFor(slot, 2, epoch, signer), _chain.Genesis.Chain, validators)!;
        return _chain.Send(_stranger, new RecordMisconduct(evidence.Encode()));
    }

    private List<MisconductEntry> Recorded() => [.. _chain.State.Scan<MisconductEntry>(StateKey.Misconducts).Select(e => e.Value)];

    private Evidence Contradiction(long slot) =>
        Evidence.Of(CommitFor(slot, 1), CommitFor(slot, 2), _chain.Genesis.Chain, _chain.Genesis.Validators)!;

    private Vote CommitFor(long slot, byte value, long epoch = 0, Person? signer = null)
    {
        var vote = new Vote(VotePhase.Commit, epoch, new ViewNumber(1), new SlotNumber(slot), Digest.Of([value]), Liar, default);
        return vote with { Signature = (signer ?? _chain.Voters[Liar]).Signing.Sign(vote.Statement(_chain.Genesis.Chain)) };
    }
}
