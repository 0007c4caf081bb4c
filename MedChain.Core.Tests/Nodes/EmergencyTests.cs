using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Breaking the glass and suspension in a whole network.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class EmergencyTests
{
    private static readonly byte[] Content = "haemoglobin"u8.ToArray();

    [Test]
    public async Task Broken_glass_opens_the_record_and_the_patient_sees_and_reviews_it(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Practitioner physician = await clinic.RegisterPractitionerAsync("physician", ["emergency-physician"], cancellation);
        using Officer officer = await clinic.RegisterOfficerAsync("officer", [Officer.PrivacyRole], cancellation);
        await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        await patient.ChooseAsync(GrantTemplates.BreakGlassOnly, new GrantParameters(), cancellation);

        AccessResult read = await physician.BreakGlassAsync(patient.Id, "laboratory", "unconscious", cancellationToken: cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(Content), read.Records.Single().Problem);
        AccessResult second = await physician.BreakGlassAsync(patient.Id, "laboratory", "again", cancellationToken: cancellation);
        Assert.That(second.Outcome, Is.EqualTo(DecisionOutcome.ReviewPending));

        EmergencyAccess seen = patient.Safeguards.EmergencyAccesses.Single();
        await foreach (EmergencyAccess told in patient.Safeguards.WatchEmergenciesAsync(cancellation))
        {
            Assert.That(told, Is.EqualTo(seen));
            break;
        }

        Assert.That((seen.Request, seen.Actor, seen.Status, seen.ReviewBy - seen.Time),
            Is.EqualTo((read.Request, physician.Id, EmergencyStatus.Unreviewed, TimeSpan.FromHours(72))));
        Assert.That(officer.Unreviewed.Single(), Is.EqualTo(seen));
        await patient.Safeguards.ReviewAsync(read.Request, justified: false, "I was awake", cancellation);
        Assert.That(patient.Safeguards.EmergencyAccesses.Single().Reviewer, Is.EqualTo(patient.Id));
        Assert.That(clinic.People.SuspensionOf(physician.Id), Does.Contain("not justified"));
        await clinic.People.ReinstateAsync(physician.Id, "warned", cancellation);
        Assert.That(clinic.People.SuspensionOf(physician.Id), Is.Null);

        List<AuditKind> trail = [];
        await foreach (AuditEntry entry in patient.AuditTrailAsync(cancellation))
        {
            trail.Add(entry.Kind);
        }

        Assert.That(trail[^6..], Is.EqualTo(
            [AuditKind.EmergencyAccess, AuditKind.AccessPermitted, AuditKind.KeysReleased, AuditKind.AccessAcknowledged,
            AuditKind.AccessDenied, AuditKind.EmergencyReviewed]));
        using var file = new MemoryStream();
        await patient.ExportAuditAsync(file, cancellationToken: cancellation);
        AuditVerdict verdict = AuditFile.Verify(file.ToArray());
        Assert.That(verdict.Entries.Select(e => e.Problem), Is.All.Null);
        Assert.That(verdict.Entries[^2].Detail, Does.Contain("not justified (I was awake)"), "the reading above is the last");
    }

    [Test]
    public async Task Nothing_is_released_to_a_suspended_account_or_after_the_expiry(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Practitioner physician = await clinic.RegisterPractitionerAsync("physician", ["emergency-physician"], cancellation);
        await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        await patient.ChooseAsync(GrantTemplates.BreakGlassOnly, new GrantParameters(), cancellation);
        AccessResult read = await physician.BreakGlassAsync(
            patient.Id, "laboratory", "unconscious", window: TimeSpan.FromSeconds(1), cancellationToken: cancellation);
        Assert.That(read.Outcome, Is.EqualTo(DecisionOutcome.Permitted));
        AccountChain validator = network.AccountValidators["clinic"][0];
        async Task WaitForAsync(string refusal)
        {
            while ((await validator.Custodian.ReleaseAsync(read.Request, cancellation)).Refusal?.Contains(refusal) != true)
            {
                // Block time goes on with blocks only.
                await patient.ReadAsync("laboratory", cancellation);
            }
        }

        await WaitForAsync("has expired");
        await clinic.People.SuspendAsync(physician.Id, "on leave", cancellation);
        await WaitForAsync("is suspended");
    }

    private static Task<MedChainNetwork> StartAsync(CancellationToken cancellation) => MedChainNetwork.StartAsync(
        new MedChainNetworkOptions { AccountChains = ["clinic"] }, cancellation);
}
