using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Orders to erase, holds, receipts, and custodians that lie about them. Four custodians: a quorum is three.</summary>
[TestFixture]
public sealed class ErasureRulesTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _chain.Dispose();
    }

    private AccountId Owner => _patient.On(_chain);

    [Test]
    public void Third_receipt_of_four_erases()
    {
        Digest record = _chain.StoreRecord(_patient);
        Assert.That(Order(ErasureScope.Of(record)).Events.Single().Kind, Is.EqualTo(LedgerEventKind.ErasureOrdered));
        Assert.That(Status(record), Is.EqualTo(RecordStatus.Erasing));
        Assert.That(Confirm(0, record).Events, Is.Empty);
        Assert.That(Confirm(0, record).Reason, Does.Contain("has confirmed the erasure"));
        Assert.That(Confirm(2, record).Events, Is.Empty);
        Assert.That(Confirm(1, record).Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecordErased));
        Assert.That(Status(record), Is.EqualTo(RecordStatus.Erased));
        Assert.That((Confirm(3, record).Status, Custody(record).Confirmations), Is.EqualTo((ReceiptStatus.Applied, 4)),
            "a late receipt still counts");
    }

    [Test]
    public void Nothing_can_be_asked_of_a_record_from_the_order_on()
    {
        Digest record = _chain.StoreRecord(_patient);
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.OwnRecord));
        Order(ErasureScope.Of(record));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NoSuchRecord));
    }

    [Test]
    public void Blocks_after_the_order_execute_without_the_attachments()
    {
        Digest record = _chain.StoreRecord(_patient);
        RecordEntry entry = Entry(record);
        _chain.Permit(_patient, Policies.Reading(Owner));
        Digest policy = _chain.State.Scan<GrantEntry>(StateKey.Grants).Single().Value.Policy;
        Order(ErasureScope.All);
        foreach (Digest attachment in new[] { entry.Manifest, entry.KeyHeader, policy })
        {
            Assert.That(_chain.Blobs.EraseAsync(attachment, default).AsTask().Result);
        }

        _chain.Restart();
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NoSuchRecord));
        var again = new StoreRecord(Digest.Of([1]), entry.ContentRoot, 0, entry.Manifest, entry.KeyHeader, Epoch: 0);
        Assert.That(_chain.Send(_patient, again).Reason, Is.EqualTo($"Attachment {entry.Manifest} was erased by order."));
        Assert.That(_chain.Send(_patient, new SetGrant(Digest.Of([1]), policy)).Reason, Does.EndWith("was erased by order."));
        Assert.That(_chain.Send(_patient, new RequestAccess(Digest.Of([1]), Owner, entry.Manifest)).Reason,
            Does.EndWith("was erased by order."));
    }

    [Test]
    public void Class_is_erased_by_category_and_label()
    {
        Digest labs = _chain.StoreRecord(_patient, "laboratory");
        Digest psychiatric = _chain.StoreRecord(_patient, "laboratory", "PSY");
        Digest image = _chain.StoreRecord(_patient, "imaging", "PSY");
        Order(ErasureScope.Class("laboratory", "PSY"));
        Assert.That(new[] { labs, psychiatric, image }.Select(Status),
            Is.EqualTo([RecordStatus.Live, RecordStatus.Erasing, RecordStatus.Live]));
        Order(ErasureScope.Class("", "PSY"));
        Assert.That(Status(image), Is.EqualTo(RecordStatus.Erasing));
        Order(ErasureScope.Class("laboratory", ""));
        Assert.That(Status(labs), Is.EqualTo(RecordStatus.Erasing));
        Assert.That(Order(ErasureScope.Class("laboratory", "")).Reason, Does.StartWith("There is nothing left"));
    }

    [Test]
    public void Account_goes_with_its_grants_and_the_policies_that_nobody_else_needs()
    {
        _chain.StoreRecord(_patient);
        Person another = _chain.RegisterPatient("another");
        Attachment own = Attachment.Create(new PolicyDocument(Policies.Reading(Owner)));
        Attachment shared = Attachment.Create(new PolicyDocument("forbid (principal in Role::\"ward-7\", action, resource);"));
        _chain.Send(_patient, new SetGrant(Digest.Of([1]), own.Commitment), own);
        _chain.Send(_patient, new SetGrant(Digest.Of([2]), shared.Commitment), shared);
        _chain.Send(another, new SetGrant(Digest.Of([3]), shared.Commitment), shared);
        var order = Digest.Of([9]);
        Assert.That(Order(ErasureScope.All, order).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.State.Scan<GrantEntry>(StateKey.Grants).Single().Value.Policy, Is.EqualTo(shared.Commitment));
        Assert.That(_chain.State.Get<ErasureEntry>(StateKey.Erasure(order))!.Policies, Is.EqualTo([own.Commitment]));
        Assert.That(Order(ErasureScope.All).Reason, Does.StartWith("There is nothing left"));
    }

    [Test]
    public void Nobody_orders_for_another_and_wrong_orders_are_refused()
    {
        Digest record = _chain.StoreRecord(_patient);
        Person another = _chain.RegisterPatient("another");
        foreach (Person sender in new[] { another, _chain.Administrator, _chain.Operators[0] })
        {
            Assert.That(_chain.Send(sender, new OrderErasure(Digest.Of([1]), Owner, ErasureScope.Of(record), 1_000)).Status,
                Is.EqualTo(ReceiptStatus.Refused));
        }

        Assert.That(Order(ErasureScope.Of(Digest.Of([5]))).Reason, Does.StartWith("There is nothing left"));
        foreach (OrderErasure wrong in new OrderErasure[]
        {
            new(default, Owner, ErasureScope.Of(record), OrderErasure.MinWindow - 1),
            new(default, Owner, ErasureScope.Of(record), OrderErasure.MaxWindow + 1),
            new(default, Owner, ErasureScope.Class("", ""), 1_000),
            new(default, Owner, ErasureScope.Of(record) with { Label = "PSY" }, 1_000),
            new(default, Owner, ErasureScope.Of(), 1_000),
            new(default, Owner, ErasureScope.Of(record, record), 1_000),
            new(default, Owner, ErasureScope.All with { Records = [record] }, 1_000),
        })
        {
            Assert.That(_chain.Send(_patient, wrong).Status, Is.EqualTo(ReceiptStatus.Invalid));
        }

        var order = Digest.Of([9]);
        Order(ErasureScope.Of(record), order);
        _chain.StoreRecord(_patient);
        Assert.That(Order(ErasureScope.All, order).Reason, Does.Contain("exists already"));
    }

    [Test]
    public void Legal_hold_blocks_until_its_authority_lifts_it()
    {
        Digest record = _chain.StoreRecord(_patient);
        Digest free = _chain.StoreRecord(_patient);
        using var court = new Person("court");
        _chain.Register(court, AccountKind.Organisation, HoldRules.AuthorityRole);
        Assert.That(_chain.Send(court, new SetLegalHold(Digest.Of([1]), Owner, record)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Order(ErasureScope.Of(record)).Reason, Does.Contain($"is under legal hold {Digest.Of([1])}"));
        Assert.That(Order(ErasureScope.All).Reason, Does.Contain("is under legal hold"));
        Assert.That(new[] { record, free }.Select(Status), Is.All.EqualTo(RecordStatus.Live), "a refused order erases nothing");
        Assert.That(Order(ErasureScope.Of(free)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_chain.Administrator, new LiftLegalHold(Digest.Of([1]), Owner)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_patient, new LiftLegalHold(Digest.Of([1]), Owner)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(court, new LiftLegalHold(Digest.Of([1]), Owner)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Order(ErasureScope.Of(record)).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [Test]
    public void Hold_on_all_covers_what_comes_later_and_is_set_by_authorities_only()
    {
        using var clinic = new Person("clinic");
        _chain.Register(clinic, AccountKind.Organisation);
        foreach (Person sender in new[] { clinic, _patient })
        {
            Assert.That(_chain.Send(sender, new SetLegalHold(Digest.Of([1]), Owner, default)).Status, Is.EqualTo(ReceiptStatus.Refused));
        }

        Assert.That(_chain.Send(_chain.Administrator, new SetLegalHold(Digest.Of([1]), Owner, default)).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_chain.Administrator, new SetLegalHold(Digest.Of([1]), Owner, default)).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_chain.Administrator, new SetLegalHold(Digest.Of([2]), Owner, Digest.Of([7]))).Reason,
            Does.Contain("has no such record"));
        Assert.That(Order(ErasureScope.Of(_chain.StoreRecord(_patient))).Reason, Does.Contain("is under legal hold"));
    }

    [Test]
    public void Receipt_counts_only_when_the_rosters_show_that_exactly_this_share_went()
    {
        Digest record = _chain.StoreRecord(_patient);
        Order(ErasureScope.Of(record));
        StateTree before = RosterWith(Custody(record).Handles[0]);
        byte[] handle = Custody(record).Handles[0].ToArray();
        StateTree after = before.Without(handle);
        byte[] other = Digest.Of([77]).ToArray();
        var right = new ErasureReceipt(Owner, record, before.Root, after.Root, before.Prove(handle));
        foreach (ErasureReceipt wrong in new[]
        {
            right with { After = before.Root },
            right with { After = after.Without(other).Root },
            right with { Before = after.Root },
            right with { Path = before.Prove(other) },
            right with { Path = StateProof.OfEmptyTree, Before = before.Root, After = before.Root },
        })
        {
            Assert.That(_chain.Send(_chain.Operators[0], new ConfirmErasures([wrong])).Reason, Does.Contain("do not show that exactly"));
        }

        Assert.That(_chain.Send(_chain.Operators[1], new ConfirmErasures([right])).Status, Is.EqualTo(ReceiptStatus.Refused),
            "another custodian has another handle");
        Assert.That(_chain.Send(_chain.Voters[0], new ConfirmErasures([right])).Reason, Does.Contain("not signed by the operator key"));
        Assert.That(_chain.Send(_chain.Operators[0], new ConfirmErasures([right])).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_chain.Operators[0], new ConfirmErasures([])).Reason, Is.EqualTo("The command confirms nothing."));
    }

    [Test]
    public void Custodian_without_a_share_has_nothing_to_take_out_of_its_roster()
    {
        Digest record = _chain.StoreRecord(_patient);
        Order(ErasureScope.Of(record));
        Digest root = RosterWith(Digest.Of([1])).Root;
        Assert.That(Custody(record).Handles[3].IsZero);
        var receipt = new ErasureReceipt(Owner, record, root, root, StateProof.OfEmptyTree);
        Assert.That(_chain.Send(_chain.Operators[3], new ConfirmErasures([receipt])).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [Test]
    public void Receipt_without_an_order_is_refused()
    {
        Digest record = _chain.StoreRecord(_patient);
        Assert.That(Confirm(0, record).Reason, Does.StartWith("Nobody has ordered"));
    }

    [Test]
    public void Secret_that_resurfaces_after_its_receipt_convicts_its_custodian()
    {
        var secret = new Digest(SecureRandom.Bytes(Digest.Size));
        Digest record = _chain.StoreRecord(_patient);
        Digest handle = ShareHandle.Of(_chain.Genesis.Chain, Entry(record).KeyHeader, secret);
        _chain.Send(_chain.Operators[1], new AcceptShares([new ShareAcceptance(Owner, record, Entry(record).KeyHeader, handle)]));
        using var stranger = new Person("stranger");
        var report = new ReportResurfacedShare(Owner, record, 1, secret);
        Order(ErasureScope.Of(record));
        Assert.That(_chain.Send(stranger, report).Reason, Does.Contain("has not signed that it destroyed"));
        Confirm(1, record);
        Assert.That(_chain.Send(stranger, report with { Secret = Digest.Of([1]) }).Reason, Does.Contain("is not the one"));
        Assert.That(_chain.Send(stranger, report with { Custodian = 0 }).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(stranger, report with { Custodian = 63 }).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(stranger, report).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(stranger, report).Reason, Does.Contain("recorded already"));
        CustodyMisconductEntry entry = _chain.State.Scan<CustodyMisconductEntry>(StateKey.CustodyMisconducts).Single().Value;
        Assert.That((entry.Custodian, entry.Kind, entry.Record),
            Is.EqualTo((_chain.Operators[1].Signing.PublicKey, CustodyMisconduct.ResurfacedShare, record)));
    }

    private Receipt Order(ErasureScope scope, Digest? order = null) => _chain.Send(
        _patient, new OrderErasure(order ?? new Digest(SecureRandom.Bytes(Digest.Size)), Owner, scope, OrderErasure.MinWindow));

    private Receipt Confirm(int custodian, Digest record)
    {
        Digest handle = Custody(record).Handles[custodian];
        StateTree before = RosterWith(handle);
        ErasureReceipt receipt = handle.IsZero
            ? new ErasureReceipt(Owner, record, before.Root, before.Root, StateProof.OfEmptyTree)
            : new ErasureReceipt(Owner, record, before.Root, before.Without(handle.ToArray()).Root, before.Prove(handle.ToArray()));
        return _chain.Send(_chain.Operators[custodian], new ConfirmErasures([receipt]));
    }

    private static StateTree RosterWith(Digest handle) => new[] { handle, Digest.Of([77]), Digest.Of([78]) }
        .Aggregate(StateTree.Empty, (tree, leaf) => tree.With(leaf.ToArray(), ReadOnlyMemory<byte>.Empty));

    private RecordEntry Entry(Digest record) => _chain.State.Get<RecordEntry>(StateKey.Record(Owner, record))!;

    private RecordStatus Status(Digest record) => Entry(record).Status;

    private CustodyEntry Custody(Digest record) => _chain.State.Get<CustodyEntry>(StateKey.Custody(Owner, record))!;

    private DecisionOutcome Ask()
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "PATRQT", "laboratory", "", _patient.Acting(_chain)));
        _chain.Send(_patient, new RequestAccess(request, Owner, details.Commitment), details);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }
}
