using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Who acts is named, and what a permitted access returned is committed by the reader, once.</summary>
[TestFixture]
public sealed class AccessReceiptTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;
    private Digest _record;
    private Digest _request;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = _chain.Own(new Person("nurse"));
        _chain.Register(_nurse, AccountKind.Practitioner);
        _record = _chain.StoreRecord(_patient);
        _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
        Assert.That(Ask(_nurse, _nurse.Acting(_chain), out _request).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [TearDown]
    public void Stop()
    {
        _chain.Dispose();
        _patient.Dispose();
        _nurse.Dispose();
    }

    [Test]
    public void Receipt_shows_the_release_and_the_reading_to_the_patient()
    {
        Receipt receipt = Acknowledge(_nurse, Details());
        Assert.That(receipt.Events.Select(e => (e.Kind, e.Subject, e.Reference)), Is.EqualTo([
            (LedgerEventKind.KeysReleased, _patient.On(_chain), _request),
            (LedgerEventKind.AccessAcknowledged, _patient.On(_chain), _request)]));
        Assert.That(_chain.State.Get<AccessReceiptEntry>(StateKey.AccessReceipt(_request))!.Outcome, Is.EqualTo(ReadingOutcome.Complete));
    }

    [Test]
    public void Receipt_counts_once_and_from_the_reader_alone()
    {
        Assert.That(Acknowledge(_patient, Details()).Reason, Does.Contain("was not permitted to"));
        Assert.That(Acknowledge(_nurse, Details()).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Acknowledge(_nurse, Details()).Reason, Does.Contain("has a receipt already"));
    }

    [Test]
    public void Denied_and_unknown_requests_have_no_receipt()
    {
        Ask(_nurse, _nurse.Acting(_chain), out Digest denied, "HMARKT");
        Assert.That(Acknowledge(_nurse, Details(), request: denied).Reason, Does.Contain("was not permitted to"));
        Assert.That(Acknowledge(_nurse, Details(), request: Digest.Of([9])).Reason, Does.Contain("no decision"));
    }

    [Test]
    public void Release_is_counted_only_with_its_custodians_signature()
    {
        SignedRelease good = Release(0);
        Assert.That(Acknowledge(_nurse, Details() with { Releases = [good, good] }).Reason, Does.Contain("is there twice"));
        Assert.That(Acknowledge(_nurse, Details() with { Releases = [good with { Height = new(7) }] }).Reason, Does.Contain("not signed"));
        Assert.That(Acknowledge(_nurse, Details() with { Releases = [Release(_nurse)] }).Reason, Does.Contain("by one of the custodians"));
        Receipt none = Acknowledge(_nurse, Details() with { Releases = [], Records = [] }, ReadingOutcome.Nothing);
        Assert.That(none.Events.Select(e => e.Kind), Is.EqualTo([LedgerEventKind.AccessAcknowledged]), none.Reason);
    }

    [Test]
    public void Receipt_lists_what_the_decision_opens_and_says_how_much_of_it()
    {
        AccessReceiptDetails details = Details();
        ReturnedRecord one = details.Records[0];
        Assert.That(Acknowledge(_nurse, details with { Records = [one, one] }).Reason, Does.Contain("does not open record"));
        Assert.That(Acknowledge(_nurse, details with { Records = [new(Digest.Of([5]), default)] }).Reason,
            Does.Contain("does not open record"));
        Assert.That(Acknowledge(_nurse, details with { Records = [] }).Reason, Does.Contain("that is Nothing, not Complete"));
        Assert.That(Acknowledge(_nurse, details, ReadingOutcome.Partial).Reason, Does.Contain("that is Complete, not Partial"));
    }

    [Test]
    public void Access_names_the_human_who_signs_and_the_software()
    {
        Actors own = _nurse.Acting(_chain);
        Assert.That(Ask(_nurse, own with { Human = _patient.On(_chain) }, out _).Reason, Does.Contain("acts in its own name"));
        Assert.That(Ask(_nurse, own with { Software = new ActingSoftware("", "1") }, out _).Reason,
            Does.Contain("acting software has a name"));
        Assert.That(Ask(_nurse, own with { Software = new ActingSoftware("ward", "1", new AccountId(Digest.Of([1]))) }, out _).Reason,
            Does.Contain("is not registered"));
        Assert.That(Acknowledge(_nurse, Details() with { By = _patient.Acting(_chain) }).Reason, Does.Contain("acts in its own name"));
    }

    [Test]
    public void Institution_names_the_person_for_whom_its_software_acts()
    {
        Actors none = _chain.Administrator.Acting(_chain);
        Assert.That(Ask(_chain.Administrator, none, out _).Reason, Does.Contain("is no registered person's"));
        Assert.That(Ask(_chain.Administrator, _nurse.Acting(_chain), out _).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    private Receipt Ask(Person asker, Actors actors, out Digest request, string purpose = "TREAT")
    {
        request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", purpose, "laboratory", "", actors));
        return _chain.Send(asker, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
    }

    private AccessReceiptDetails Details() =>
        new(_nurse.Acting(_chain), [new ReturnedRecord(_record, Digest.Of([1]))], [.. Enumerable.Range(0, 3).Select(Release)]);

    private SignedRelease Release(int custodian) => Release(_chain.Operators[custodian]);

    private SignedRelease Release(Person custodian) => SignedRelease.Of(
        ReleasedShares.Sign(custodian.Signing, _chain.Genesis.Chain, _request, new BlockHeight(3), 1, new byte[] { 4 }));

    private Receipt Acknowledge(
        Person reader, AccessReceiptDetails details, ReadingOutcome outcome = ReadingOutcome.Complete, Digest? request = null)
    {
        // Whoever signs names herself, unless the test says otherwise.
        Actors by = reader == _patient && details.By == _nurse.Acting(_chain) ? _patient.Acting(_chain) : details.By;
        Attachment attachment = Attachment.Create(details with { By = by });
        return _chain.Send(reader, new AcknowledgeAccess(request ?? _request, 0, outcome, attachment.Commitment), attachment);
    }
}
