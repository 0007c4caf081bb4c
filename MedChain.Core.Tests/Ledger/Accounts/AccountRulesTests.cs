using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Who may do what on an account chain.</summary>
[TestFixture]
public sealed class AccountRulesTests
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

    [Test]
    public void Only_the_administrator_registers()
    {
        using var person = new Person("somebody");
        var entry = new AccountEntry(AccountKind.Patient, person.Signing.PublicKey, person.Agreement.PublicKey, []);
        Assert.That(_chain.Send(_patient, new RegisterAccount(entry)).Reason,
            Is.EqualTo("Only the chain's administrator registers accounts."));
        Assert.That(_chain.Send(_chain.Administrator, new RegisterAccount(entry)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_chain.Administrator, new RegisterAccount(entry)).Reason, Does.Contain("exists already"));
    }

    [Test]
    public void Account_with_a_key_of_small_order_is_not_registered()
    {
        using var person = new Person("somebody");
        byte[] one = [1, .. new byte[31]];
        foreach (AgreementKey key in new[] { default, new AgreementKey(one) })
        {
            Receipt receipt = _chain.Send(
                _chain.Administrator, new RegisterAccount(new AccountEntry(AccountKind.Patient, person.Signing.PublicKey, key, [])));
            Assert.That((receipt.Status, receipt.Reason), Is.EqualTo(
                (ReceiptStatus.Invalid, $"The agreement key {key} is a point of small order; make a real one.")));
        }
    }

    [TestCase(AccountKind.Patient, "nurse", "A patient's account has no roles.")]
    [TestCase(AccountKind.Practitioner, "b,a", "Roles are sorted, different and not empty.")]
    [TestCase(AccountKind.Practitioner, "a,a", "Roles are sorted, different and not empty.")]
    public void Wrong_roles_are_refused(AccountKind kind, string roles, string reason)
    {
        using var person = new Person("somebody");
        Assert.That(_chain.Register(person, kind, roles.Split(',')).Reason, Is.EqualTo(reason));
    }

    [Test]
    public void Only_the_administrator_anchors_and_only_chains_of_the_other_kind_once()
    {
        using var tasks = new LedgerChain(ChainKind.Transaction, "research");
        using var accounts = new LedgerChain(ChainKind.Account, "clinic");
        Assert.That(_chain.Send(_patient, new AnchorChain(tasks.Genesis)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_chain.Administrator, new AnchorChain(accounts.Genesis)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_chain.Administrator, new AnchorChain(tasks.Genesis)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_chain.Administrator, new AnchorChain(tasks.Genesis)).Reason, Does.Contain("anchored already"));
    }

    [Test]
    public void Only_a_registered_patient_stores_records_and_sets_grants()
    {
        using var stranger = new Person("stranger");
        using var nurse = new Person("nurse");
        _chain.Register(nurse, AccountKind.Practitioner);
        foreach (Person other in new[] { stranger, nurse, _chain.Administrator })
        {
            Assert.That(() => _chain.StoreRecord(other),
                Throws.InvalidOperationException.With.Message.Contains("is no registered patient"));
            Assert.That(_chain.TryPermit(other, Policies.Reading(other.On(_chain)), out _).Reason,
                Does.Contain("is no registered patient"));
        }
    }

    [Test]
    public void Record_identifier_counts_once_for_each_patient()
    {
        Digest record = _chain.StoreRecord(_patient);
        RecordEntry entry = _chain.State.Get<RecordEntry>(StateKey.Record(_patient.On(_chain), record))!;
        var again = new StoreRecord(record, entry.ContentRoot, 0, entry.Manifest, entry.KeyHeader, Epoch: 0);
        Assert.That(_chain.Send(_patient, again).Reason, Does.Contain("exists already"));
        Assert.That(_chain.Send(_chain.RegisterPatient("another"), again).Reason, Is.EqualTo("The manifest is that of another record."));
    }

    [Test]
    public void Record_whose_manifest_is_garbage_or_wrong_is_refused()
    {
        Attachment garbage = Attachment.Create(new byte[] { 1, 2, 3 });
        RecordDescription laboratory = new RecordDescription("laboratory").Normalize(DateTimeOffset.UnixEpoch);
        Attachment unsorted = Attachment.Create(new RecordManifest(
            default, laboratory with { Labels = ["b", "a"] }, new ContentIndex(0, [default], [])));
        Attachment empty = Attachment.Create(new RecordManifest(default, laboratory, new ContentIndex(0, [], [])));
        StoreRecord Of(Attachment manifest) => new(default, default, 0, manifest.Commitment, garbage.Commitment, Epoch: 0);
        Assert.That(_chain.Send(_patient, Of(garbage), garbage).Reason, Does.Contain("malformed"));
        Assert.That(_chain.Send(_patient, Of(unsorted), unsorted).Reason, Is.EqualTo("A record's labels are sorted and different."));
        Assert.That(_chain.Send(_patient, Of(empty), empty).Reason, Does.Contain("has 1 named chunks and 0 index pages, not 0 and 0"));
    }

    [Test]
    public void Wrong_policy_is_refused_with_line_and_column() =>
        Assert.That(
            _chain.TryPermit(_patient, "permit (principal, action,\n  resource) where { true };", out _).Reason,
            Does.StartWith("The policy is wrong at line 2, column 13:"));

    [TestCase("principal.openReview == 0", "Did you mean \"openReviews\"?")]
    [TestCase("context.cohort >= \"20\"", "A Long and a String have no order")]
    [TestCase("context.justification != \"\"", "test with 'has' first")]
    [TestCase("context.purpose in Purpose::\"HRESHC\"", "Did you mean \"HRESCH\"?")]
    public void Policy_that_does_not_fit_the_schema_is_refused(string condition, string advice)
    {
        string text = $"permit (principal is Clinician, action == Action::\"read\", resource)\n"
            + $"when {{ resource.patient == {PermissionRequest.PatientUid(_patient.On(_chain))} }}\nwhen {{ {condition} }};";
        string? reason = _chain.TryPermit(_patient, text, out _).Reason;
        Assert.That(reason, Does.StartWith("The policy is wrong at line 3, column ").And.Contain(advice));
    }

    [Test]
    public void Permit_that_does_not_name_the_patient_is_refused()
    {
        Assert.That(_chain.TryPermit(_patient, "permit (principal, action, resource);", out _).Reason,
            Does.Contain("open to the data of any patient"));
        AccountId another = _chain.RegisterPatient("another").On(_chain);
        Assert.That(_chain.TryPermit(_patient, Policies.Reading(another), out _).Reason, Does.Contain("open to the data of any patient"));
    }

    /// <summary>A receipt's reason is cut to its limit; half a character at the cut must not stop a validator.</summary>
    [Test]
    public void Policy_error_full_of_surrogate_pairs_gives_a_receipt([Range(0, 3)] int shift)
    {
        string text = new string('x', shift) + string.Concat(Enumerable.Repeat("\U0001F600", 400));
        Assert.That(_chain.TryPermit(_patient, $"@id(\"{text}\") permit (principal, action, resource);", out _).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.TryPermit(_patient, $"permit (principal == Patient::\"{text}\", action, resource);", out _).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.TryPermit(_patient, text, out _).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Grant_is_revoked_by_its_patient_only_and_once()
    {
        Digest grant = _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
        Assert.That(_chain.Send(_chain.RegisterPatient("another"), new RevokeGrant(grant)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_patient, new RevokeGrant(grant)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_patient, new RevokeGrant(grant)).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Patient_has_a_limited_number_of_grants()
    {
        for (int i = 0; i < GrantRules.MaxGrants; i++)
        {
            _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
        }

        Assert.That(
            _chain.TryPermit(_patient, Policies.Reading(_patient.On(_chain)), out _).Reason,
            Does.StartWith($"The patient has {GrantRules.MaxGrants} grants of her own, the most allowed"));
    }
}
