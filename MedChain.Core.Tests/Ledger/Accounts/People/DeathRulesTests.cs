using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>What is open after an attested death.</summary>
[TestFixture]
public sealed class DeathRulesTests : PeopleFixture
{
    private Person _researcher = null!;
    private Person _registrar = null!;

    [SetUp]
    public void Start()
    {
        _researcher = Register("researcher", AccountKind.Researcher);
        _registrar = Register("registrar", AccountKind.Organisation, DeathRules.RegistrarRole);
        Chain.StoreRecord(Patient);
        Chain.Permit(Patient, Policies.Reading(PatientId));
        Chain.Permit(Patient, Research);
    }

    [TearDown]
    public void Stop()
    {
        _researcher.Dispose();
        _registrar.Dispose();
    }

    [Test]
    public void Everything_is_denied_without_a_directive()
    {
        Assert.That(Ask(Nurse, out Digest request), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(Ask(Patient, out Digest own), Is.EqualTo(DecisionOutcome.OwnRecord));
        Assert.That(Attest().Events.Single().Kind, Is.EqualTo(LedgerEventKind.DeathAttested));
        Assert.That(new[] { Ask(), Compute(_researcher) }, Is.All.EqualTo(DecisionOutcome.Deceased));
        Assert.That(ReleaseProblem(request), Does.Contain("Deceased"));
        Assert.That(ReleaseProblem(own), Is.EqualTo("The patient has died."));
    }

    [Test]
    public void Research_goes_on_when_she_wanted_it_and_treatment_does_not()
    {
        Apply(Chain.Send(Patient, new SetDirective(new Directive(true, default))));
        Attest();
        Assert.That((Ask(), Compute(_researcher)), Is.EqualTo((DecisionOutcome.Deceased, DecisionOutcome.Permitted)));
    }

    [Test]
    public void Executor_acts_in_her_place_from_the_attestation_on()
    {
        Person executor = Register("executor", AccountKind.Guardian);
        Apply(Chain.Send(Patient, new SetDirective(new Directive(false, executor.On(Chain)))));
        Refuse(PermitFor(executor, Policies.Reading(PatientId), out _), "is no guardian");
        Attest();
        Assert.That(Ask(executor), Is.EqualTo(DecisionOutcome.Guardian));
        Apply(PermitFor(executor, Policies.Reading(PatientId), out _));
        Assert.That((Ask(), Compute(_researcher)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.Deceased)));
        Apply(Chain.Send(executor, new ActFor(PatientId, new OrderErasure(Digest.Of([1]), PatientId, ErasureScope.All, 1_000))));
    }

    [Test]
    public void Her_keys_and_her_guardians_do_nothing_any_more()
    {
        Person guardian = Register("guardian", AccountKind.Guardian);
        Apply(Chain.Send(
            Patient, new AppointGuardian(PatientId, guardian.On(Chain), GuardianScopes.All, 0, Chain.Time + 1_000_000)));
        Attest();
        Refuse(Chain.Send(Patient, new MarkOrder()), "has died");
        Refuse(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _), "has died");
        Refuse(PermitFor(guardian, Policies.Reading(PatientId), out _), "is no guardian");
        Assert.That(Ask(guardian), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Wrong_attestation_is_withdrawn_and_all_is_as_before()
    {
        Attest();
        Refuse(Attest(), "changes nothing");
        Apply(Attest(died: false));
        Assert.That((Ask(), Compute(_researcher)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.Permitted)));
        Apply(Chain.Send(Patient, new MarkOrder()));
    }

    [Test]
    public void Only_a_registrar_attests()
    {
        foreach (Person sender in new[] { Nurse, Chain.Administrator, Patient })
        {
            Refuse(Attest(sender: sender), "Only an account with the role");
        }
    }

    private Receipt Attest(bool died = true, Person? sender = null)
    {
        Attachment evidence = Attachment.Create(new Note("certificate"));
        return Chain.Send(sender ?? _registrar, new AttestDeath(PatientId, died, evidence.Commitment), evidence);
    }
}
