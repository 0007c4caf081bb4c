using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>Grants that need the consent of others.</summary>
[TestFixture]
public sealed class ConsentRulesTests : PeopleFixture
{
    [Test]
    public void Grant_is_in_force_with_the_second_of_three_consents()
    {
        Person[] three = Guardians(3);
        Digest grant = PermitWith(Group(2, three));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
        Apply(Consent(three[0], grant));
        Refuse(Consent(three[0], grant), "changes nothing");
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
        Apply(Consent(three[2], grant));
        Assert.That(Ask(Nurse, out Digest request), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(ReleaseProblem(request), Is.Null);
        Apply(Consent(three[0], grant, given: false));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
        Assert.That(ReleaseProblem(request), Does.Contain("opens nothing at present"), "custodians look at the present");
    }

    [Test]
    public void Consent_covers_what_was_seen_and_no_grant_that_is_still_to_be_set()
    {
        Person[] two = Guardians(2);
        var later = Digest.Of([9]);
        Apply(Chain.Send(Patient, new RequireConsent(later, Group(1, two))));
        Refuse(Consent(two[0], later), "is not set yet");
        Digest grant = PermitWith(Group(1, two));
        Refuse(Chain.Send(two[0], new GiveConsent(PatientId, grant, Digest.Of([1]), true)), "look at it again");
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
    }

    [Test]
    public void Forbid_needs_nobody()
    {
        Chain.StoreRecord(Patient);
        Chain.Permit(Patient, Policies.Reading(PatientId));
        Apply(Chain.Send(Patient, new RequireConsent(default, Group(1, Guardians(1)))));
        Chain.Permit(Patient, "forbid (principal, action, resource);");
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Forbidden));
    }

    [Test]
    public void All_later_grants_wait_and_earlier_ones_go_on()
    {
        Person[] two = Guardians(2);
        Chain.StoreRecord(Patient);
        Digest earlier = Chain.Permit(Patient, Policies.Reading(PatientId));
        Apply(Chain.Send(Patient, new RequireConsent(default, Group(2, two))));
        Digest later = Chain.Permit(Patient, Policies.Reading(PatientId));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
        Apply(Chain.Send(Patient, new RevokeGrant(earlier)));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
        Apply(Consent(two[0], later));
        Apply(Consent(two[1], later));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Who_must_consent_is_changed_with_the_consent_of_those_who_must()
    {
        Person[] three = Guardians(3);
        Chain.StoreRecord(Patient);
        Apply(Chain.Send(Patient, new RequireConsent(default, Group(2, three[0], three[1]))));
        Apply(Chain.Send(Patient, new RequireConsent(default, Group(1, three[2]))));
        Apply(Chain.Send(Patient, new RequireConsent(default, AccountGroup.None)));
        Digest end = ConsentRules.SubjectOf(AccountGroup.None);
        Refuse(Consent(three[0], ConsentRules.SubjectOf(Group(1, three[2]))), "waits for consent");
        Refuse(Consent(three[2], end), "is not asked for");
        Apply(Consent(three[0], end));
        Chain.Permit(Patient, Policies.Reading(PatientId));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce), "one of two is not enough");
        Apply(Consent(three[1], end));
        Assert.That(Entry.Safeguards.CoConsent.IsNone);
        Chain.Permit(Patient, Policies.Reading(PatientId));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void What_one_grant_needs_is_settled_before_it_is_set_and_for_good()
    {
        Person[] two = Guardians(2);
        Digest grant = PermitWith(Group(1, two[0]));
        Refuse(Chain.Send(Patient, new RequireConsent(grant, Group(1, two[1]))), "is settled already");
        Refuse(Chain.Send(Patient, new RequireConsent(grant, AccountGroup.None)), "revoke it");
    }

    [Test]
    public void Wrong_groups_are_refused()
    {
        Person[] two = Guardians(2);
        AccountId[] sorted = [.. Group(1, two).Members];
        Refuse(Chain.Send(Patient, new RequireConsent(default, new AccountGroup(3, [.. sorted]))), "not 3 of 2");
        Refuse(Chain.Send(Patient, new RequireConsent(default, new AccountGroup(0, [.. sorted]))), "not 0 of 2");
        Refuse(Chain.Send(Patient, new RequireConsent(default, new AccountGroup(1, [sorted[1], sorted[0]]))), "are sorted and different");
        Refuse(Chain.Send(Patient, new RequireConsent(default, new AccountGroup(1, [sorted[0], sorted[0]]))), "are sorted and different");
        Refuse(Chain.Send(Patient, new RequireConsent(default, Group(1, Patient))), "is the account concerned");
        Refuse(Chain.Send(Nurse, new RequireConsent(default, Group(1, two))), "is no registered patient");
    }

    private Digest PermitWith(AccountGroup group)
    {
        Chain.StoreRecord(Patient);
        var grant = Digest.Of([7]);
        Attachment policy = Attachment.Create(new PolicyDocument(Policies.Reading(PatientId)));
        Apply(Chain.Send(Patient, new RequireConsent(grant, group)));
        Apply(Chain.Send(Patient, new SetGrant(grant, policy.Commitment), policy));
        return grant;
    }

    private Receipt Consent(Person member, Digest subject, bool given = true) => Consent(member, PatientId, subject, given);
}
