using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>What a patient's grants say to somebody who asks.</summary>
[TestFixture]
public sealed class PermissionTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;
    private Digest _record;

    private AccountId Patient => _patient.On(_chain);

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = _chain.Own(new Person("nurse"));
        _chain.Register(_nurse, AccountKind.Practitioner, "ward-7");
        _record = _chain.StoreRecord(_patient);
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _nurse.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Nothing_is_permitted_without_a_grant() => Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.NotPermitted));

    [Test]
    public void Grant_opens_the_records_of_the_category_to_the_asker_s_key()
    {
        _chain.StoreRecord(_patient, "imaging");
        Digest grant = _chain.Permit(_patient, Policies.Reading(Patient));
        DecisionEntry decision = Ask();
        Assert.That(decision.Outcome, Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(decision.Records, Is.EqualTo([_record]));
        Assert.That(decision.Recipient, Is.EqualTo(_nurse.Agreement.PublicKey));
        Assert.That(decision.Grant, Is.EqualTo(grant));
    }

    [Test]
    public void Category_without_records_is_no_such_record() =>
        Assert.That(Ask(category: "imaging").Outcome, Is.EqualTo(DecisionOutcome.NoSuchRecord));

    [TestCase("TREAT", DecisionOutcome.Permitted)]
    [TestCase("BTG", DecisionOutcome.Permitted, TestName = "Purpose_below_the_permitted_one_is_covered")]
    [TestCase("HRESCH", DecisionOutcome.NotPermitted)]
    [TestCase("NOSUCH", DecisionOutcome.NotPermitted)]
    public void Purpose_decides(string purpose, DecisionOutcome outcome)
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        Assert.That(Ask(purpose: purpose).Outcome, Is.EqualTo(outcome));
    }

    [Test]
    public void Forbid_of_one_grant_wins_over_the_permit_of_another()
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        _chain.Permit(_patient, "forbid (principal in Role::\"ward-7\", action, resource);");
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Forbidden));
    }

    [Test]
    public void Forbid_that_cannot_be_evaluated_closes()
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        _chain.Permit(_patient, $"forbid (principal, action, resource) when {{ {Policies.Overflow} }};");
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.FaultyForbid));
    }

    [Test]
    public void Permit_that_cannot_be_evaluated_opens_nothing()
    {
        _chain.Permit(_patient, Policies.Reading(Patient, Policies.Overflow));
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Forbid_of_a_label_closes_that_record_only()
    {
        _chain.StoreRecord(_patient, "laboratory", "PSY");
        _chain.Permit(_patient, Policies.Reading(Patient));
        _chain.Permit(_patient, "forbid (principal, action, resource) when { resource.labels.contains(\"PSY\") };");
        DecisionEntry decision = Ask();
        Assert.That((decision.Outcome, decision.Records.Single()), Is.EqualTo((DecisionOutcome.Permitted, _record)));
    }

    [Test]
    public void Revoked_grant_is_used_by_no_later_decision()
    {
        Digest grant = _chain.Permit(_patient, Policies.Reading(Patient));
        _chain.Send(_patient, new RevokeGrant(grant));
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Revoked));
        _chain.Permit(_patient, Policies.Reading(Patient));
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Revoked_forbid_forbids_no_more()
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        Digest forbid = _chain.Permit(_patient, "forbid (principal, action, resource);");
        _chain.Send(_patient, new RevokeGrant(forbid));
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Uses_are_consumed_one_for_each_permit_up_to_the_limit()
    {
        Digest grant = _chain.Permit(_patient, Policies.ReadingCounted(Patient, uses: 2));
        Assert.That(Enumerable.Range(0, 4).Select(_ => Ask().Outcome), Is.EqualTo(
            [DecisionOutcome.Permitted, DecisionOutcome.Permitted, DecisionOutcome.NotPermitted, DecisionOutcome.NotPermitted]));
        Assert.That(Uses(grant), Is.EqualTo(2));
    }

    [Test]
    public void One_permit_of_many_records_consumes_one_use()
    {
        _chain.StoreRecord(_patient);
        Digest grant = _chain.Permit(_patient, Policies.ReadingCounted(Patient, uses: 2));
        Assert.That(Ask().Records, Has.Length.EqualTo(2));
        Assert.That(Uses(grant), Is.EqualTo(1));
    }

    [Test]
    public void Grant_without_a_counter_is_used_before_one_with_a_counter()
    {
        Digest[] counted = [.. Enumerable.Range(0, 4).Select(_ => _chain.Permit(_patient, Policies.ReadingCounted(Patient, uses: 2)))];
        Digest free = _chain.Permit(_patient, Policies.Reading(Patient));
        Assert.That(Ask().Grant, Is.EqualTo(free));
        Assert.That(counted.Select(Uses), Is.All.Zero);
    }

    [Test]
    public void Permit_ends_at_its_time_by_block_time()
    {
        long end = _chain.Time + 100_000;
        string until = DateTimeOffset.FromUnixTimeMilliseconds(end).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ",
            System.Globalization.CultureInfo.InvariantCulture);
        _chain.Permit(_patient, Policies.Reading(Patient, $"context.now < datetime(\"{until}\")"));
        _chain.Time = end - 1;
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Permitted));
        _chain.Time = end;
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Patient_reads_her_own_records_whatever_her_grants_say()
    {
        _chain.Permit(_patient, "forbid (principal, action, resource);");
        Assert.That(Ask(asker: _patient).Outcome, Is.EqualTo(DecisionOutcome.OwnRecord));
    }

    [Test]
    public void Policy_of_another_patient_opens_nothing_of_hers()
    {
        Person another = _chain.RegisterPatient("another");
        _chain.StoreRecord(another);
        _chain.Permit(another, Policies.Reading(another.On(_chain)));
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Organisation_and_role_of_the_asker_count()
    {
        _chain.Permit(_patient, Policies.Reading(Patient, "principal in Organization::\"hospital\" && principal in Role::\"ward-7\""));
        using var visitor = new Person("visitor");
        _chain.Register(visitor, AccountKind.Practitioner, "ward-8");
        Assert.That(Ask().Outcome, Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(Ask(asker: visitor).Outcome, Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Stranger_and_request_about_no_patient_are_refused()
    {
        using var stranger = new Person("stranger");
        Assert.That(TryAsk(stranger, Patient, out _).Reason, Does.Contain("is not registered"));
        Assert.That(TryAsk(_nurse, _nurse.On(_chain), out _).Reason, Does.Contain("is no registered patient"));
    }

    [Test]
    public void Request_identifier_counts_once()
    {
        Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", "laboratory", "", _nurse.Acting(_chain)));
        var request = new RequestAccess(Digest.Of([1]), Patient, details.Commitment);
        Assert.That(_chain.Send(_nurse, request, details).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_nurse, request, details).Reason, Does.Contain("exists already"));
    }

    private long Uses(Digest grant) => _chain.State.Get<GrantEntry>(StateKey.Grant(Patient, grant))!.Uses;

    private DecisionEntry Ask(string purpose = "TREAT", string category = "laboratory", Person? asker = null)
    {
        Receipt receipt = TryAsk(asker ?? _nurse, Patient, out Digest request, purpose, category);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
    }

    private Receipt TryAsk(Person asker, AccountId patient, out Digest request, string purpose = "TREAT", string category = "laboratory")
    {
        request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", purpose, category, "", asker.Acting(_chain)));
        return _chain.Send(asker, new RequestAccess(request, patient, details.Commitment), details);
    }
}
