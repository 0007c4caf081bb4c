using MedChain.Core.Computations;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>What a suspended account may not do, and what it still may.</summary>
[TestFixture]
public sealed class StandingRulesTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;

    private AccountId Patient => _patient.On(_chain);

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = _chain.Own(new Person("nurse"));
        _chain.Register(_nurse, AccountKind.Practitioner, "ward-7");
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _nurse.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Requests_of_a_suspended_account_are_denied_where_the_patient_sees_it()
    {
        _chain.StoreRecord(_patient);
        _chain.Permit(_patient, Policies.Reading(Patient));
        Suspend(_nurse);
        Assert.That(Ask(out Receipt receipt), Is.EqualTo(DecisionOutcome.Suspended));
        Assert.That(receipt.Events.Single().Kind, Is.EqualTo(LedgerEventKind.AccessDenied));
        Reinstate(_nurse);
        Assert.That(Ask(out _), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Grants_of_a_suspended_patient_open_nothing()
    {
        _chain.StoreRecord(_patient);
        _chain.Permit(_patient, Policies.Reading(Patient));
        Suspend(_patient);
        Assert.That(Ask(out _), Is.EqualTo(DecisionOutcome.Suspended));
        Reinstate(_patient);
        Assert.That(Ask(out _), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Suspended_patient_revokes_and_erases_and_does_nothing_else()
    {
        Digest record = _chain.StoreRecord(_patient);
        Digest grant = _chain.Permit(_patient, Policies.Reading(Patient));
        Suspend(_patient);
        Assert.That(_chain.TryPermit(_patient, Policies.Reading(Patient), out _).Reason, Does.Contain("is suspended by the administrator"));
        Assert.That(() => _chain.StoreRecord(_patient), Throws.InvalidOperationException);
        Assert.That(_chain.Send(_patient, new RevokeGrant(grant)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_patient, new OrderErasure(Digest.Of([1]), Patient, ErasureScope.Of(record), 1_000)).Status,
            Is.EqualTo(ReceiptStatus.Applied));
    }

    [Test]
    public void Only_the_administrator_suspends_and_never_herself()
    {
        foreach (Person sender in new[] { _nurse, _patient })
        {
            Assert.That(Send(sender, new SuspendAccount(Patient, Why.Commitment)).Reason, Does.StartWith("Only the chain's administrator"));
        }

        Assert.That(Send(_chain.Administrator, new SuspendAccount(_chain.Genesis.Administrator, Why.Commitment)).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(Send(_chain.Administrator, new SuspendAccount(new AccountId(Digest.Of([1])), Why.Commitment)).Reason,
            Does.Contain("is not registered"));
        Suspend(_nurse);
        Assert.That(Send(_chain.Administrator, new SuspendAccount(_nurse.On(_chain), Why.Commitment)).Reason,
            Does.Contain("suspended already"));
        Assert.That(Send(_chain.Administrator, new ReinstateAccount(Patient, Why.Commitment)).Reason, Does.Contain("is not suspended"));
    }

    [TestCase(AccountKind.Guardian)]
    [TestCase(AccountKind.Auditor)]
    [TestCase(AccountKind.Device)]
    public void Accounts_that_policies_do_not_know_are_permitted_nothing_and_call_nothing(AccountKind kind)
    {
        _chain.StoreRecord(_patient);
        _chain.Permit(_patient, "permit (principal, action, resource) when { resource.patient == "
            + $"{PermissionRequest.PatientUid(Patient)} }};");
        Person other = _chain.Own(new Person("other"));
        _chain.Register(other, kind);
        Assert.That(
            Ask(out _, other, kind == AccountKind.Device ? _nurse : other), Is.EqualTo(DecisionOutcome.NotPermitted),
            "a device asks for a person");
        Assert.That(_chain.Send(other, new Core.Ledger.Contracts.CallContract(default, "f", [], 1)).Reason,
            Does.Contain("calls no contracts"));
    }

    [Test]
    public void Suspended_researcher_proposes_no_tasks()
    {
        using var chain = new LedgerChain(ChainKind.Transaction, "research");
        Person researcher = chain.Own(new Person("researcher"));
        chain.Register(researcher, AccountKind.Researcher, "accredited-researcher");
        Assert.That(chain.Send(chain.Administrator, new SuspendAccount(researcher.On(chain), Why.Commitment), Why).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        var request = new TaskRequest(
            Computation.CountPatients(), "HRESCH", 20, chain.Time + 60_000, [_chain.Genesis.Chain]);
        Assert.That(chain.Send(researcher, new ProposeTask(Digest.Of([1]), request)).Reason, Does.Contain("is suspended"));
        Assert.That(chain.Send(chain.Administrator, new ReinstateAccount(researcher.On(chain), Why.Commitment), Why).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(chain.Send(researcher, new ProposeTask(Digest.Of([1]), request)).Reason, Does.Contain("is not anchored here"));
    }

    private static readonly Attachment Why = Attachment.Create(new Note("why"));

    private Receipt Send(Person sender, Command command) => _chain.Send(sender, command, Why);

    private void Suspend(Person person) => Assert.That(
        Send(_chain.Administrator, new SuspendAccount(person.On(_chain), Why.Commitment)).Status, Is.EqualTo(ReceiptStatus.Applied));

    private void Reinstate(Person person) => Assert.That(
        Send(_chain.Administrator, new ReinstateAccount(person.On(_chain), Why.Commitment)).Status, Is.EqualTo(ReceiptStatus.Applied));

    private DecisionOutcome Ask(out Receipt receipt, Person? asker = null, Person? human = null)
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails(
            "read", "TREAT", "laboratory", "", (human ?? asker ?? _nurse).Acting(_chain)));
        receipt = _chain.Send(asker ?? _nurse, new RequestAccess(request, Patient, details.Commitment), details);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }
}
