using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Grantees who pass on what they are permitted.</summary>
[TestFixture]
public sealed class DelegationTests
{
    private GrantFixture _its = null!;

    [SetUp]
    public void Start() => _its = new GrantFixture();

    [TearDown]
    public void Stop() => _its.Dispose();

    [Test]
    public void Delegate_reads_and_the_decision_names_every_link()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
        Digest link = _its.Delegate(_its.Doctor, top, _its.Nurse);
        DecisionEntry decision = _its.Decide(_its.Nurse);
        Assert.That(decision.Outcome, Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(decision.Grants.Select(g => g.Grant), Is.EqualTo([link, top]));
        Assert.That(_its.Ask(_its.Visitor), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Delegate_gets_no_more_than_the_delegator_whatever_her_grant_says()
    {
        _its.Chain.StoreRecord(_its.PatientKeys, "laboratory", "PSY");
        Digest top = _its.Permit(_its.Reading(_its.Doctor, "!resource.labels.contains(\"PSY\")"), depth: 1);
        _its.Delegate(_its.Doctor, top, _its.Nurse);
        Assert.That(_its.Decide(_its.Nurse).Records, Is.EqualTo([_its.Record]));
        Assert.That(_its.Ask(_its.Nurse, "HRESCH"), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Forbid_of_the_delegator_closes_the_delegate()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        _its.Delegate(_its.Doctor, top, _its.Nurse);
        Digest forbid = _its.Permit($"forbid (principal == {_its.Name(_its.Doctor)}, action, resource);");
        Assert.That(_its.Ask(_its.Nurse), Is.Not.EqualTo(DecisionOutcome.Permitted));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(forbid));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
        _its.Permit($"forbid (principal == {_its.Name(_its.Nurse)}, action, resource);");
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Forbidden));
    }

    [Test]
    public void Patient_may_say_how_far_what_she_permits_is_passed_on()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor, "context.grant.depth < 2"), depth: 3);
        Digest first = _its.Delegate(_its.Doctor, top, _its.Nurse, depth: 2);
        _its.Delegate(_its.Nurse, first, _its.Visitor, depth: 1);
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(_its.Ask(_its.Visitor), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Grant_is_passed_on_as_deep_as_it_says()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        var end = _its.Chain.Time + 100_000;
        Assert.That(Refusal(top, depth: 1, end), Does.Contain("depth of at most 0"));
        Digest link = _its.Delegate(_its.Doctor, top, _its.Nurse);
        Assert.That(
            _its.TryDelegate(_its.Nurse, link, new PolicyDocument(_its.Reading(_its.Visitor), 0, end), out _).Reason,
            Does.Contain("may not be passed on"));
    }

    [Test]
    public void End_is_needed_and_within_that_of_the_grant_above()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 2);
        Assert.That(Refusal(top, 0, 0), Does.Contain("ends within a year"));
        Assert.That(Refusal(top, 0, _its.Chain.Time + DelegationRules.MaxTime + 1), Does.Contain("ends within a year"));
        Digest link = _its.Delegate(_its.Doctor, top, _its.Nurse, depth: 1);
        long end = _its.Chain.Time + 2_000_000;
        Assert.That(
            _its.TryDelegate(_its.Nurse, link, new PolicyDocument(_its.Reading(_its.Visitor), 0, end), out _).Reason,
            Does.Contain("ends with the grant above it"));
        Assert.That(
            _its.Chain.TryPermit(_its.PatientKeys, new PolicyDocument(_its.Reading(_its.Doctor), 0, end), out _).Reason,
            Does.Contain("give it no end besides"));
    }

    [Test]
    public void Delegation_ends_at_its_time()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        _its.Delegate(_its.Doctor, top, _its.Nurse);
        _its.Chain.Time += 900_000;
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
        _its.Chain.Time += 100_000;
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Only_who_is_permitted_now_passes_on()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        var document = new PolicyDocument(_its.Reading(_its.Visitor), 0, _its.Chain.Time + 100_000);
        Assert.That(_its.TryDelegate(_its.Nurse, top, document, out _).Reason, Does.Contain("does not permit the sender"));
        Assert.That(_its.TryDelegate(_its.Doctor, top, document, out _, "HRESCH").Reason, Does.Contain("does not permit the sender"));
        Assert.That(_its.TryDelegate(_its.PatientKeys, top, document, out _).Reason, Does.Contain("nothing to pass on"));
        Assert.That(_its.TryDelegate(_its.Doctor, Digest.Of([1]), document, out _).Reason, Does.Contain("is not in force"));
        Assert.That(_its.TryDelegate(_its.Doctor, top, document, out _).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Revoked_link_revokes_everything_below(int revoked)
    {
        Person last = _its.Clinician("last");
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 2);
        Digest first = _its.Delegate(_its.Doctor, top, _its.Nurse, depth: 1);
        Digest second = _its.Delegate(_its.Nurse, first, last);
        _its.Chain.Send(_its.PatientKeys, new RevokePermissions(
            GrantFixture.Random(), _its.Patient, Document(new[] { top, first, second }[revoked])));
        Assert.That(
            new[] { _its.Doctor, _its.Nurse, last }.Select(p => _its.Ask(p) == DecisionOutcome.Permitted),
            Is.EqualTo([revoked > 0, revoked > 1, false]));
    }

    [Test]
    public void Delegator_takes_back_what_she_passed_on()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        Digest link = _its.Delegate(_its.Doctor, top, _its.Nurse);
        Assert.That(_its.Revoke(RevocationKind.Grant, link, sender: _its.Nurse).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_its.Revoke(RevocationKind.Grant, link, sender: _its.Doctor).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Revoked));
    }

    [Test]
    public void Version_that_may_not_be_passed_on_ends_what_was()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        _its.Delegate(_its.Doctor, top, _its.Nurse);
        _its.TryReplace(_its.PatientKeys, top, new PolicyDocument(_its.Reading(_its.Doctor)));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Delegator_who_is_shut_out_takes_her_delegates_with_her()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        _its.Delegate(_its.Doctor, top, _its.Nurse);
        _its.Revoke(RevocationKind.Grantee, type: "Clinician", id: _its.Doctor.On(_its.Chain).ToString());
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Revoked));
    }

    [Test]
    public void Use_by_a_delegate_is_a_use_of_every_link_that_counts()
    {
        const string Counts = """@consume("grant.uses")""";
        Digest top = _its.Permit(_its.Reading(_its.Doctor, "context.grant.uses < 2", Counts), depth: 1);
        Digest link = _its.Delegate(_its.Doctor, top, _its.Nurse);
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That((_its.Grant(top).Uses, _its.Grant(link).Uses), Is.EqualTo((1, 0)));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Author_has_a_bounded_number()
    {
        Digest top = _its.Permit(_its.Reading(_its.Doctor), depth: 1);
        for (int i = 0; i < DelegationRules.MaxGrantsOfAuthor; i++)
        {
            _its.Delegate(_its.Doctor, top, _its.Nurse);
        }

        Assert.That(Refusal(top, 0, _its.Chain.Time + 100_000), Does.Contain("the most allowed"));
    }

    private string Refusal(Digest top, int depth, long end) =>
        _its.TryDelegate(_its.Doctor, top, new PolicyDocument(_its.Reading(_its.Nurse), depth, end), out _).Reason;

    private Digest Document(Digest grant)
    {
        Attachment document = Attachment.Create(new RevocationDocument(RevocationKind.Grant, grant, "", "", ""));
        _its.Chain.Put(document);
        return document.Commitment;
    }
}
