using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>A grant that says something else from some block on.</summary>
[TestFixture]
public sealed class GrantVersionTests
{
    private GrantFixture _its = null!;

    [SetUp]
    public void Start() => _its = new GrantFixture();

    [TearDown]
    public void Stop() => _its.Dispose();

    [Test]
    public void New_version_decides_from_its_own_block_and_links_the_one_before()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        Digest first = _its.Grant(grant).Policy;
        Assert.That(_its.TryReplace(_its.PatientKeys, grant, Nurse()).Status, Is.EqualTo(ReceiptStatus.Applied));

        Assert.That((_its.Ask(_its.Doctor), _its.Ask(_its.Nurse)), Is.EqualTo((DecisionOutcome.NotPermitted, DecisionOutcome.Permitted)));
        GrantVersion[] versions =
            [.. _its.Chain.State.Scan<GrantVersion>(StateKey.GrantVersionsOf(_its.Patient, grant)).Select(v => v.Value)];
        Assert.That(versions.Select(v => v.Previous), Is.EqualTo([default, first]));
        Assert.That(versions[1].Policy, Is.EqualTo(_its.Grant(grant).Policy));
    }

    [Test]
    public void Version_with_a_later_height_decides_from_exactly_that_block()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        var from = new BlockHeight(_its.Next.Value + 3);
        _its.TryReplace(_its.PatientKeys, grant, Nurse(), from);
        DecisionOutcome[] outcomes = [.. Enumerable.Range(0, 4).Select(_ => _its.Ask(_its.Nurse))];
        Assert.That(outcomes, Is.EqualTo(
            [DecisionOutcome.NotPermitted, DecisionOutcome.NotPermitted, DecisionOutcome.Permitted, DecisionOutcome.Permitted]));
        Assert.That(_its.Decide(_its.Nurse).Grants.Single().Version, Is.EqualTo(2));
    }

    [Test]
    public void Counter_goes_on_over_versions()
    {
        Digest grant = _its.Permit(Policies.ReadingCounted(_its.Patient, 2));
        _its.Ask(_its.Doctor);
        _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument(Policies.ReadingCounted(_its.Patient, 2)));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Version_of_another_grant_or_of_a_stranger_or_over_a_pending_one_is_refused()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        Assert.That(_its.TryReplace(_its.Doctor, grant, Nurse()).Reason, Does.Contain("no grant"));
        Assert.That(
            _its.TryReplace(_its.PatientKeys, grant, Nurse(), previous: Digest.Of([1])).Reason, Does.Contain("is another one"));
        Assert.That(
            _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument("permit (principal, action, resource);")).Reason,
            Does.Contain("open to the data of any patient"));
        _its.TryReplace(_its.PatientKeys, grant, Nurse(), new BlockHeight(1_000));
        Assert.That(_its.TryReplace(_its.PatientKeys, grant, Nurse()).Reason, Does.Contain("comes into force in block 1000"));
    }

    [Test]
    public void Revocation_ends_a_version_that_was_to_come()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        _its.TryReplace(_its.PatientKeys, grant, Nurse(), new BlockHeight(_its.Next.Value + 2));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(grant));
        Assert.That(Enumerable.Range(0, 4).Select(_ => _its.Ask(_its.Nurse)), Has.None.EqualTo(DecisionOutcome.Permitted));
        Assert.That(_its.TryReplace(_its.PatientKeys, grant, Nurse()).Reason, Does.Contain("no grant"));
    }

    /// <summary>Old grants must not bar a patient from new ones for ever.</summary>
    [Test]
    public void Revoked_grant_makes_room_for_a_new_one()
    {
        Digest[] grants = [.. Enumerable.Range(0, GrantRules.MaxGrants).Select(_ => _its.Permit(_its.Reading(_its.Visitor)))];
        Assert.That(
            _its.Chain.TryPermit(_its.PatientKeys, _its.Reading(_its.Doctor), out _).Reason, Does.Contain("revoke one first"));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(grants[5]));
        _its.Permit(_its.Reading(_its.Doctor));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Permitted));
    }

    private PolicyDocument Nurse() => new(_its.Reading(_its.Nurse));
}
