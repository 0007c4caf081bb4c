using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Keys;

using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A patient finds everything that was done, or tried, with her data: in her trail, in the file with its proof, and in what the
/// verifier says.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class AuditCompletenessTests
{
    [Test]
    public async Task Whatever_happens_is_in_the_trail_and_proved_in_the_file(CancellationToken cancellation)
    {
        using var keys = new MemoryKeyStore();
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic"], KeyStore = keys }, cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Patient second = await clinic.RegisterPatientAsync("second", cancellation);
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor", ["emergency-physician"], cancellation);
        using Auditor auditor = await clinic.RegisterAuditorAsync("auditor", cancellation);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync(
            "researcher", ["accredited-researcher"], cancellation);

        List<Digest> requests = [];
        Digest record = default;
        foreach (Patient one in new[] { second, patient })
        {
            record = await one.StoreAsync(Bundles.Of(Bundles.Patient("female")), Computation.Clinical, cancellationToken: cancellation);
            await one.PermitAsync(Policies.Research(one.Id, minimumCohort: 2, uses: 10), cancellation);
        }

        requests.Add((await doctor.ReadAsync(patient.Id, Computation.Clinical, "TREAT", cancellationToken: cancellation)).Request);
        Digest grant = await patient.ChooseAsync(GrantTemplates.BreakGlassOnly, new GrantParameters(), cancellation);
        AccessResult broken = await doctor.BreakGlassAsync(
            patient.Id, Computation.Clinical, "unconscious", cancellationToken: cancellation);
        requests.Add(broken.Request);
        await patient.Safeguards.ReviewAsync(broken.Request, justified: true, "right", cancellation);
        requests.Add((await patient.ReadAsync(Computation.Clinical, cancellation)).Request);
        TaskReceipt task = await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
        await patient.RevokeAsync(grant, cancellation);
        List<AuditEntry> audited = await TrailOfAsync(auditor.AuditTrailAsync(patient.Id, cancellationToken: cancellation));
        Assert.That(audited[^1].Reference, Is.EqualTo(grant));
        using (HolderKeys doctorKeys = keys.GetOrCreate("clinic", "practitioner/doctor"))
        using (var client = new ChainClient(clinic.Chain.Genesis, clinic.Chain.Validators, doctorKeys.Signing, TimeProvider.System))
        {
            Assert.That(async () => await TrailOfAsync(new AuditReader(clinic.Chain, client).ReadAsync(patient.Id, "TREAT", cancellation)),
                Throws.TypeOf<RefusedException>().With.Message.Contains("may not read the audit trail"));
        }

        await patient.EraseRecordAsync(record, cancellationToken: cancellation);
        List<AuditEntry> trail = await TrailOfAsync(patient.AuditTrailAsync(cancellation));
        (AuditKind, Digest)[] expected =
        [
            (AuditKind.AccessDenied, requests[0]), (AuditKind.EmergencyAccess, requests[1]), (AuditKind.AccessPermitted, requests[1]),
            (AuditKind.KeysReleased, requests[1]), (AuditKind.AccessAcknowledged, requests[1]), (AuditKind.EmergencyReviewed, requests[1]),
            (AuditKind.AccessPermitted, requests[2]), (AuditKind.KeysReleased, requests[2]), (AuditKind.AccessAcknowledged, requests[2]),
            (AuditKind.TaskDecided, task.Task), (AuditKind.TaskRecorded, task.Task), (AuditKind.GrantRevoked, grant),
        ];
        Assert.That(trail.Select(e => (e.Kind, e.Reference)).Where(e => expected.Contains(e)), Is.EqualTo(expected));
        Assert.That(trail.Select(e => (e.Kind, e.Actor)), Does.Contain((AuditKind.TrailRead, auditor.Id))
            .And.Contain((AuditKind.TrailRefused, doctor.Id)));
        Assert.That(trail.Select(e => e.Kind), Does.Contain(AuditKind.RecordErased).And.Contain(AuditKind.ErasureOrdered));

        using var file = new MemoryStream();
        await patient.ExportAuditAsync(file, cancellationToken: cancellation);
        AuditVerdict verdict = AuditFile.Verify(file.ToArray(), clinic.Genesis.Chain);
        Assert.That(verdict.IsProved, Is.True, string.Join('\n', verdict.Entries.Select(e => e.Problem)));
        Assert.That(verdict.Entries.SkipLast(1).Select(e => (e.Kind, e.Reference, e.Actor)),
            Is.EqualTo(trail.Select(e => (e.Kind, e.Reference, e.Actor))));
        Assert.That(verdict.Entries[^1].Kind, Is.EqualTo(AuditKind.TrailRead), "the reading above");
        foreach (AuditVerdictEntry access in verdict.Entries.Where(e => requests.Contains(e.Reference) && e.Facts.Action.Length > 0))
        {
            Assert.That(access.Facts.Human, Is.EqualTo(access.Actor));
            Assert.That(access.Facts.Software, Is.Not.Null, access.Detail);
        }
    }

    private static async Task<List<AuditEntry>> TrailOfAsync(IAsyncEnumerable<AuditEntry> trail)
    {
        List<AuditEntry> entries = [];
        await foreach (AuditEntry entry in trail)
        {
            entries.Add(entry);
        }

        return entries;
    }
}
