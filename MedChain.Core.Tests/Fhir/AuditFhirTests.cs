using System.Collections.Immutable;
using Hl7.Fhir.Model;
using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;
using Patient = MedChain.Core.Clients.Patient;
using Practitioner = MedChain.Core.Clients.Practitioner;
using Task = System.Threading.Tasks.Task;

namespace MedChain.Core.Tests.Fhir;

/// <summary>Audit trails as FHIR resources: Firely's SDK, which is not ours, finds them valid R4.</summary>
[TestFixture]
public sealed class AuditFhirTests
{
    private static readonly AccountId Human = new(Digest.Of([1]));

    [Test]
    [CancelAfter(120_000)]
    public async Task Trail_of_a_network_is_valid_and_says_who_did_what_for_what(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic"], Software = new ActingSoftware("ward-round", "2.1") }, cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor", cancellationToken: cancellation);
        using Auditor auditor = await clinic.RegisterAuditorAsync("auditor", cancellation);
        Digest record = await patient.StoreAsync(new byte[3_000], "laboratory", ["PSY"], cancellation);
        await doctor.ReadAsync(patient.Id, "laboratory", "TREAT", "ward\u0000round", cancellation);
        await patient.ChooseAsync(
            GrantTemplates.TreatmentByOrganization,
            new GrantParameters { Organization = "clinic", Category = "laboratory", Until = DateTimeOffset.UtcNow.AddDays(1) },
            cancellation);
        AccessResult read = await doctor.ReadAsync(patient.Id, "laboratory", "TREAT", cancellationToken: cancellation);
        await foreach (AuditEntry entry in auditor.AuditTrailAsync(patient.Id, cancellationToken: cancellation))
        {
            Assert.That(entry.Kind, Is.Not.EqualTo(AuditKind.TrailRead), "the reading itself shows in the next one");
        }

        await patient.EraseRecordAsync(record, cancellationToken: cancellation);
        using var file = new MemoryStream();
        await patient.ExportAuditAsync(file, cancellationToken: cancellation);
        AuditVerdict verdict = AuditFile.Verify(file.ToArray());
        Assert.That(verdict.Entries.Select(e => e.Problem), Is.All.Null);

        Bundle bundle = FirelyCheck.Read<Bundle>(AuditFhir.Write(verdict));
        AuditEvent[] events = [.. bundle.Entry.Select(e => e.Resource).OfType<AuditEvent>()];
        Assert.That(events, Has.Length.EqualTo(verdict.Entries.Length));
        Provenance[] provenances = [.. bundle.Entry.Select(e => e.Resource).OfType<Provenance>()];
        Assert.That(provenances.Select(p => p.Activity!.Coding[0].Code), Is.EqualTo(["originate", "verify", "destroy"]));
        Assert.That(provenances.Select(p => p.Target[0].Identifier!.Value), Is.All.EqualTo(record.ToString()));

        AuditEvent receipt = events.Single(e => e.Type!.Code == "110110");
        Assert.That(receipt.Agent[0].Who!.Identifier!.Value, Is.EqualTo(doctor.Id.ToString()));
        Assert.That(receipt.Agent.Select(a => a.Requestor), Has.Exactly(1).True);
        Assert.That(receipt.Agent[1].Who!.Display, Is.EqualTo("ward-round 2.1"));
        Assert.That(receipt.Agent.Count(a => a.Type!.Coding[0].Code == "CST"), Is.GreaterThanOrEqualTo(3));
        Assert.That(receipt.Entity.Select(e => e.What!.Identifier!.Value),
            Is.EqualTo([patient.Id.ToString(), record.ToString(), read.Request.ToString()]));
        AuditEvent denied = events.Single(e => e.Outcome == AuditEvent.AuditEventOutcome.N4);
        Assert.That(denied.PurposeOfEvent[0].Coding[0].Code, Is.EqualTo("TREAT"));
        Assert.That(denied.OutcomeDesc, Does.Contain("ward round"), "without its control character");
        AuditEvent audited = events.Single(e => e.Type!.Code == "110101");
        Assert.That(audited.Agent[0].Who!.Identifier!.Value, Is.EqualTo(auditor.Id.ToString()));
        byte[] again = AuditFhir.Write(AuditFile.Verify(file.ToArray()));
        Assert.That(again, Is.EqualTo(AuditFhir.Write(verdict)), "a second export has the same names");
    }

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_entry_is_valid(AuditKind kind)
    {
        var facts = new AuditFacts
        {
            Human = Human,
            Software = new ActingSoftware("software", "1"),
            Purpose = "made-up",
            Justification = " \u0001 ",
            Records = [Digest.Of([2])],
        };
        AuditVerdictEntry bare = Entry(kind, "text");
        Bundle bundle = FirelyCheck.Read<Bundle>(AuditFhir.Write(Verdict(bare, bare with { Detail = "", Facts = facts }, bare)));
        AuditEvent[] events = [.. bundle.Entry.Select(e => e.Resource).OfType<AuditEvent>()];
        Assert.That(events, Has.Length.EqualTo(3));
        Assert.That(bundle.Entry.Select(e => e.FullUrl), Is.Unique);
        Assert.That(events[1].PurposeOfEvent, Is.Empty, "a purpose that is none of HL7's is a text");
        Assert.That(events[1].Entity[^1].Detail.Select(d => $"{d.Value}"), Does.Contain("made-up"));
    }

    [Test]
    public void What_is_not_proved_is_not_written()
    {
        AuditVerdictEntry good = Entry(AuditKind.GrantSet, "permission set");
        Bundle bundle = FirelyCheck.Read<Bundle>(AuditFhir.Write(Verdict(good, AuditVerdictEntry.Unproved("no"))));
        Assert.That(bundle.Entry, Has.Count.EqualTo(1));
        Assert.That(FirelyCheck.Read<Bundle>(AuditFhir.Write(Verdict())).Entry, Is.Empty);
        Assert.That(() => AuditFhir.Write(AuditVerdict.Refused("damaged")), Throws.ArgumentException.With.Message.Contains("damaged"));
    }

    private static AuditKind[] Kinds() => Enum.GetValues<AuditKind>();

    private static AuditVerdictEntry Entry(AuditKind kind, string detail) =>
        new(null, null, new BlockHeight(3), DateTimeOffset.UnixEpoch, kind, Human, Digest.Of([4]), detail);

    private static AuditVerdict Verdict(params ImmutableArray<AuditVerdictEntry> entries)
    {
        using var chain = new LedgerChain(ChainKind.Account, "clinic");
        return new AuditVerdict(null, chain.Genesis, null, new AccountId(Digest.Of([5])), entries, []);
    }
}
