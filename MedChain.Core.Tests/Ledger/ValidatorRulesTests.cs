using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Who changes a chain's validators, and how: four operators, a quorum is three.</summary>
[TestFixture]
public sealed class ValidatorRulesTests
{
    private LedgerChain _chain = null!;
    private Validator _newcomer = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        Person voting = _chain.Own(new Person("newcomer"));
        Person operation = _chain.Own(new Person("newcomer's operator"));
        _newcomer = new Validator(voting.Signing.PublicKey, voting.Agreement.PublicKey, operation.Signing.PublicKey);
    }

    [TearDown]
    public void Stop() => _chain.Dispose();

    [Test]
    public void Quorum_of_operators_chooses_a_change()
    {
        ValidatorChange change = ValidatorChange.Add(_newcomer);
        Assert.That(Propose(0, change).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Approve(1, 0, change).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Entry().Next, Is.Null, "two of four");
        Assert.That(Approve(3, 0, change).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Entry().Next!.Members, Is.EqualTo(_chain.Genesis.Validators.Members.Add(_newcomer)));
        Assert.That(Entry().ChosenAt, Is.EqualTo(_chain.Executor.Current.Height));
    }

    [Test]
    public void Removal_and_replacement_keep_the_others_in_their_order()
    {
        ImmutableArray<Validator> members = _chain.Genesis.Validators.Members;
        Assert.That(ValidatorChange.Remove(members[1].VotingKey).TryApply(_chain.Genesis.Validators, out ValidatorSet? fewer), Is.Null);
        Assert.That(fewer!.Members, Is.EqualTo(members.RemoveAt(1)));
        Assert.That(
            ValidatorChange.Replace(members[1].VotingKey, _newcomer).TryApply(_chain.Genesis.Validators, out ValidatorSet? other), Is.Null);
        Assert.That(other!.Members, Is.EqualTo(members.SetItem(1, _newcomer)));
    }

    [Test]
    public void Nobody_but_a_current_operator_proposes_or_approves()
    {
        ValidatorChange change = ValidatorChange.Add(_newcomer);
        Propose(0, change);
        foreach (Person sender in new[] { _chain.Administrator, _chain.Voters[1] })
        {
            Assert.That(_chain.Send(sender, Proposal(change)).Status, Is.EqualTo(ReceiptStatus.Refused));
            Assert.That(_chain.Send(sender, Approval(0, change)).Status, Is.EqualTo(ReceiptStatus.Refused));
        }
    }

    [Test]
    public void Operator_approves_once_and_only_what_was_proposed()
    {
        ValidatorChange change = ValidatorChange.Add(_newcomer);
        Propose(0, change);
        Assert.That(Approve(0, 0, change).Status, Is.EqualTo(ReceiptStatus.Refused), "the proposer has approved");
        Approve(1, 0, change);
        Assert.That(Approve(1, 0, change).Status, Is.EqualTo(ReceiptStatus.Refused), "twice");
        Assert.That(
            Approve(2, 0, ValidatorChange.Remove(_chain.Genesis.Validators.Members[3].VotingKey)).Status,
            Is.EqualTo(ReceiptStatus.Refused),
            "another change");
        Assert.That(Entry().Next, Is.Null);
    }

    [Test]
    public void Proposal_ends_with_its_last_block()
    {
        ValidatorChange change = ValidatorChange.Add(_newcomer);
        long last = _chain.Executor.Current.Height.Value + 2;
        Assert.That(_chain.Send(_chain.Operators[0], new ProposeValidators(change, new BlockHeight(last))).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Approve(1, 0, change).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Approve(2, 0, change).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(
            _chain.Send(_chain.Operators[0], new ProposeValidators(change, new BlockHeight(last))).Reason,
            Does.Contain("is open up to block"));
    }

    [Test]
    public void One_change_is_chosen_in_an_epoch_and_the_next_in_the_next()
    {
        ValidatorChange change = ValidatorChange.Remove(_chain.Genesis.Validators.Members[3].VotingKey);
        ValidatorChange later = ValidatorChange.Add(_newcomer);
        Propose(1, later);
        Propose(0, change);
        Approve(1, 0, change);
        Approve(2, 0, change);
        Assert.That(Propose(1, later).Reason, Does.Contain("epoch 1 are chosen"));

        _chain.Epoch = 1;
        Assert.That(Entry().Current.Count, Is.EqualTo(3));
        Assert.That(Approve(0, 1, later).Status, Is.EqualTo(ReceiptStatus.Refused), "a proposal of the epoch before");
        Assert.That(Propose(3, later).Status, Is.EqualTo(ReceiptStatus.Refused), "the removed operator");
        Assert.That(Propose(1, later).Status, Is.EqualTo(ReceiptStatus.Applied));
        Approve(2, 1, later);
        Assert.That(Entry().Next, Is.Not.Null, "two of three are a quorum");
    }

    [Test]
    public void Change_that_does_not_fit_is_refused()
    {
        Assert.That(Propose(0, new ValidatorChange(default, null)).Reason, Does.Contain("changes nothing"));
        Assert.That(Propose(0, ValidatorChange.Remove(_newcomer.VotingKey)).Reason, Does.Contain("No validator has"));
        Assert.That(Propose(0, ValidatorChange.Add(_chain.Genesis.Validators.Members[2])).Reason, Does.Contain("occurs twice"));
        Assert.That(Propose(0, ValidatorChange.Add(_newcomer with { CustodyKey = default })).Reason, Does.Contain("custody key"));
    }

    [Test]
    public void Last_validator_cannot_leave()
    {
        using var single = new LedgerChain(ChainKind.Transaction, "single", validators: 1);
        ValidatorChange change = ValidatorChange.Remove(single.Genesis.Validators.Members[0].VotingKey);
        Assert.That(single.Send(single.Operators[0], Proposal(change, single)).Reason, Does.Contain("1 to 64 validators"));
    }

    [Test]
    public void Anchor_follows_handoffs_one_after_the_other()
    {
        using var tasks = new LedgerChain(ChainKind.Transaction, "tasks");
        _chain.Send(_chain.Administrator, new AnchorChain(tasks.Genesis));
        tasks.Execute();
        BlockHeader last = tasks.Blocks[^1].Header with { NextValidators = _chain.Genesis.Validators.Hash };
        var handoff = new Handoff(last, tasks.Seal(last), _chain.Genesis.Validators);
        Person anybody = _chain.Own(new Person("anybody"));
        Assert.That(_chain.Send(anybody, new AdvanceAnchor(handoff with { Seal = tasks.Seal(last, 2) })).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(anybody, new AdvanceAnchor(handoff)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Anchor anchor = _chain.State.Get<Anchor>(MedChain.Core.Ledger.StateKey.Anchor(tasks.Genesis.Chain))!;
        Assert.That((anchor.Epoch, anchor.Start, anchor.Validators.Hash),
            Is.EqualTo((1, last.Height, _chain.Genesis.Validators.Hash)));
        Assert.That(_chain.Send(anybody, new AdvanceAnchor(handoff)).Status, Is.EqualTo(ReceiptStatus.Refused), "again");
    }

    private ValidatorsEntry Entry() => ValidatorRules.Read(_chain.State, _chain.Genesis, _chain.Epoch);

    private ProposeValidators Proposal(ValidatorChange change, LedgerChain? chain = null) =>
        new(change, new BlockHeight((chain ?? _chain).Executor.Current.Height.Value + 100));

    private ApproveValidators Approval(int proposer, ValidatorChange change) => new(_chain.Operators[proposer].Signing.PublicKey, change);

    private Receipt Propose(int validator, ValidatorChange change) => _chain.Send(_chain.Operators[validator], Proposal(change));

    private Receipt Approve(int validator, int proposer, ValidatorChange change) =>
        _chain.Send(_chain.Operators[validator], Approval(proposer, change));
}
