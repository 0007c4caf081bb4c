using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Versions, delegation, revocation and replay in a whole network.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class GrantNetworkTests
{
    private static readonly byte[] Content = "haemoglobin"u8.ToArray();

    [Test]
    public async Task Permission_is_passed_on_replaced_revoked_and_its_decisions_are_made_again(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic"] }, cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor", ["ward-7"], cancellation);
        using Practitioner nurse = await clinic.RegisterPractitionerAsync("nurse", ["ward-8"], cancellation);
        await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        EntityUid herself = PermissionRequest.PatientUid(patient.Id);
        GrantRule rule = GrantRule.Permit() with
        {
            Grantees = [new EntityUid("Role", "ward-7")],
            Purposes = ["TREAT"],
            Actions = GrantActions.Read,
        };

        Digest grant = await patient.Permissions.PermitRuleAsync(rule, depth: 1, cancellation);
        AccessResult own = await doctor.ReadAsync(patient.Id, "laboratory", "TREAT", cancellationToken: cancellation);
        Assert.That((own.Outcome, own.Grant), Is.EqualTo((DecisionOutcome.Permitted, grant)));
        GrantRule forNurse = GrantRule.Permit() with { Grantees = [new EntityUid("Clinician", nurse.Id.ToString())] };
        Digest link = await doctor.Delegations.DelegateAsync(
            patient.Id, own.Grant, forNurse.ToCedar(herself), TimeProvider.System.GetUtcNow().AddHours(1), "laboratory",
            cancellationToken: cancellation);
        AccessResult delegated = await nurse.ReadAsync(patient.Id, "laboratory", "TREAT", cancellationToken: cancellation);
        Assert.That(delegated.Records.Single().Content, Is.EqualTo(Content), delegated.Records.Single().Problem);
        Assert.That(patient.Permissions.Delegations().Single(), Is.EqualTo(
            new Delegation(link, grant, doctor.Id, GrantStanding.InForce)));

        // A new version takes what was passed on with it, and what was permitted before is no longer released.
        await patient.Permissions.ReplaceAsync(
            grant, (rule with { Purposes = ["HPAYMT"] }).ToCedar(herself), depth: 1, cancellationToken: cancellation);
        Assert.That(patient.Permissions.VersionsOf(grant).Select(v => v.Version), Is.EqualTo([1, 2]));
        Assert.That(
            (await nurse.ReadAsync(patient.Id, "laboratory", "TREAT", cancellationToken: cancellation)).Outcome,
            Is.EqualTo(DecisionOutcome.NotPermitted));
        await UntilRefusedAsync(network, own.Request, cancellation);

        DecisionReplay replay = await patient.Permissions.ReplayDecisionAsync(delegated.Request, cancellation);
        Assert.That((replay.Agrees, replay.Gap), Is.EqualTo((true, (string?)null)));
        Assert.That(replay.Replayed, Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(replay.Permissions.Single(p => p.IsDelegated).Explanation, Does.StartWith("Allowed by the permission"));

        await patient.Permissions.RevokeGranteeAsync(new EntityUid("Role", "ward-7"), "moved away", cancellation);
        Assert.That(
            (await doctor.ReadAsync(patient.Id, "laboratory", "HPAYMT", cancellationToken: cancellation)).Outcome,
            Is.EqualTo(DecisionOutcome.Revoked));
        await patient.Permissions.RevokeEverythingAsync("panic", cancellation);
        Assert.That(patient.Permissions.StandingOf(grant), Is.EqualTo(GrantStanding.Closed));

        using var file = new MemoryStream();
        await patient.ExportAuditAsync(file, cancellationToken: cancellation);
        AuditVerdict verdict = AuditFile.Verify(file.ToArray());
        Assert.That(verdict.Entries.Select(e => e.Problem), Is.All.Null);
        Assert.That(
            verdict.Entries.Select(e => e.Kind),
            Is.SupersetOf([AuditKind.GrantReplaced, AuditKind.GrantDelegated, AuditKind.PermissionsRevoked]));
        Assert.That(verdict.Entries[^1].Detail, Does.Contain("everything (panic)"));
    }

    [Test]
    public async Task Revocation_of_a_grantee_stops_what_was_permitted_but_not_released(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic"] }, cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor", ["ward-7"], cancellation);
        await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        await patient.PermitAsync(Policies.Reading(patient.Id), cancellation);
        AccessResult read = await doctor.ReadAsync(patient.Id, "laboratory", "TREAT", cancellationToken: cancellation);
        await patient.Permissions.RevokeGranteeAsync(new EntityUid("Clinician", doctor.Id.ToString()), "", cancellation);
        await UntilRefusedAsync(network, read.Request, cancellation);
    }

    /// <summary>Each custodian refuses as soon as its validator has executed what the patient did.</summary>
    private static async Task UntilRefusedAsync(MedChainNetwork network, Digest request, CancellationToken cancellation)
    {
        foreach (AccountChain validator in network.AccountValidators["clinic"])
        {
            while ((await validator.Custodian.ReleaseAsync(request, cancellation)).Refusal is not { } refusal
                || !refusal.Contains("is revoked, or says something else now", StringComparison.Ordinal))
            {
                await Task.Delay(10, cancellation);
            }
        }
    }
}
