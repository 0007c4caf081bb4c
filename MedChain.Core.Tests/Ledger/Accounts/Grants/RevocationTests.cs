using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Taking back a grant, a policy, all that a grantee may do, or everything.</summary>
[TestFixture]
public sealed class RevocationTests
{
    private GrantFixture _its = null!;

    [SetUp]
    public void Start() => _its = new GrantFixture();

    [TearDown]
    public void Stop() => _its.Dispose();

    [Test]
    public void Policy_takes_all_grants_that_have_its_template_with_it()
    {
        var parameters = new GrantParameters { Role = "ward-7", Category = "laboratory", Until = Policies.Far };
        PolicyDocument document = new("", GrantTemplates.TreatmentByRole.Hash, parameters.ToRecord());
        Digest[] grants = [_its.Permit(document), _its.Permit(document with { Depth = 1 }), _its.Permit(_its.Reading(_its.Visitor))];
        Applied(_its.Revoke(RevocationKind.Policy, GrantTemplates.TreatmentByRole.Hash));
        Assert.That(grants.Select(g => _its.Grant(g).Revoked), Is.EqualTo([true, true, false]));
        Assert.That((_its.Ask(_its.Nurse), _its.Ask(_its.Visitor)), Is.EqualTo((DecisionOutcome.Revoked, DecisionOutcome.Permitted)));
    }

    [Test]
    public void Policy_is_named_by_its_attachment_too_and_one_to_come_counts()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Nurse));
        _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument(_its.Reading(_its.Doctor)), new BlockHeight(1_000));
        Digest next = _its.Grant(grant).Next!.Policy;
        Assert.That(_its.Revoke(RevocationKind.Policy, Digest.Of([1])).Reason, Does.Contain("No grant in force has the policy"));
        Applied(_its.Revoke(RevocationKind.Policy, next));
        Assert.That(_its.Grant(grant), Has.Property("Revoked").True.And.Property("Next").Null);
    }

    [Test]
    public void Person_is_shut_out_of_all_grants_that_were_there_and_of_no_later_one()
    {
        _its.Permit(Policies.Reading(_its.Patient));
        Applied(_its.Revoke(RevocationKind.Grantee, type: "Clinician", id: _its.Nurse.On(_its.Chain).ToString()));
        Assert.That((_its.Ask(_its.Nurse), _its.Ask(_its.Doctor)), Is.EqualTo((DecisionOutcome.Revoked, DecisionOutcome.Permitted)));
        _its.Permit(_its.Reading(_its.Nurse));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [TestCase("Role", "ward-7", DecisionOutcome.Revoked, DecisionOutcome.Permitted)]
    [TestCase("Role", "ward-9", DecisionOutcome.Permitted, DecisionOutcome.Permitted)]
    [TestCase("Organization", "hospital", DecisionOutcome.Revoked, DecisionOutcome.Revoked)]
    public void Role_or_organisation_is_shut_out(string type, string id, DecisionOutcome nurse, DecisionOutcome visitor)
    {
        _its.Permit(Policies.Reading(_its.Patient));
        Applied(_its.Revoke(RevocationKind.Grantee, type: type, id: id));
        Assert.That((_its.Ask(_its.Nurse), _its.Ask(_its.Visitor)), Is.EqualTo((nurse, visitor)));
    }

    /// <summary>A new version is still the old grant: else any change of it would let the grantee in again.</summary>
    [Test]
    public void New_version_of_an_old_grant_lets_nobody_in_again()
    {
        Digest grant = _its.Permit(Policies.Reading(_its.Patient));
        _its.Revoke(RevocationKind.Grantee, type: "Role", id: "ward-7");
        _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument(Policies.Reading(_its.Patient)));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Revoked));
    }

    [Test]
    public void Everything_closes_what_was_permitted_and_keeps_what_was_forbidden()
    {
        _its.Permit(_its.Reading(_its.Doctor));
        Digest forbid = _its.Permit($"forbid (principal == {_its.Name(_its.Nurse)}, action, resource);");
        Applied(_its.Revoke(RevocationKind.Everything));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Revoked));

        _its.Permit(Policies.Reading(_its.Patient));
        Assert.That((_its.Ask(_its.Doctor), _its.Ask(_its.Nurse)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.Forbidden)));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(forbid));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Only_the_patient_revokes_more_than_her_own_delegation()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        Assert.That(_its.Revoke(RevocationKind.Everything, sender: _its.Doctor).Reason, Does.Contain("may not revoke"));
        Assert.That(_its.Revoke(RevocationKind.Grant, grant, sender: _its.Doctor).Reason, Does.Contain("no grant"));
        Assert.That(_its.Revoke(RevocationKind.Grantee, type: "Ward", id: "7").Reason, Does.Contain("names no grantee"));
        Applied(_its.Revoke(RevocationKind.Grant, grant));
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Revoked));
    }

    [Test]
    public void Bans_that_shut_nobody_out_any_more_make_room()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        for (int i = 0; i < RevocationRules.MaxBans; i++)
        {
            Applied(_its.Revoke(RevocationKind.Grantee, type: "Role", id: $"role-{i}"));
        }

        Assert.That(_its.Revoke(RevocationKind.Grantee, type: "Role", id: "another").Reason, Does.Contain("the most allowed"));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(grant));
        for (int i = 0; i < GrantRules.MaxGrants; i++)
        {
            _its.Permit(_its.Reading(_its.Doctor));
        }

        Applied(_its.Revoke(RevocationKind.Grantee, type: "Role", id: "another"));
    }

    [Test]
    public void Erasure_of_the_account_erases_versions_and_reasons()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor));
        _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument(_its.Reading(_its.Nurse)));
        _its.Revoke(RevocationKind.Grantee, type: "Role", id: "ward-7");
        _its.Revoke(RevocationKind.Everything);
        Digest[] said =
        [
            .. _its.Chain.State.Scan<GrantVersion>(StateKey.GrantVersionsOf(_its.Patient)).Select(v => v.Value.Policy),
            .. _its.Chain.State.Scan<RevocationEntry>(StateKey.RevocationsOf(_its.Patient)).Select(r => r.Value.Document),
        ];
        Applied(_its.Chain.Send(_its.PatientKeys, new OrderErasure(GrantFixture.Random(), _its.Patient, ErasureScope.All, 1_000)));
        Assert.That(said, Has.Length.EqualTo(4));
        Assert.That(said.Select(digest => ErasureRules.IsErased(_its.Chain.State, digest)), Is.All.True);
        Assert.That(_its.Chain.State.Tree.Scan(StateKey.GrantVersionsOf(_its.Patient).Bytes), Is.Empty);
    }

    private static void Applied(Receipt receipt) => Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
}
