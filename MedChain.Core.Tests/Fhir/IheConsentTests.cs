using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts;
using MedChain.Core.Fhir;
using MedChain.Core.Tests.HospitalNetwork;
using NUnit.Framework;

namespace MedChain.Core.Tests.Fhir;

/// <summary>The consents of IHE's guide Privacy Consent on FHIR decide as its notes say about its six resources, and about two more, which
/// have the labels and the author that those six lack.</summary>
[TestFixture]
public sealed class IheConsentTests
{
    private const string Six = "alcoholUse bloodSugar bloodPressure weight weight-2 encounter";
    private const string Normal = "bloodSugar bloodPressure weight weight-2 encounter";

    [TestCase("basic-treat", "other", "TREAT", Six + " psy sdv")]
    [TestCase("basic-treat", "other", "HPAYMT", Six + " psy sdv")]
    [TestCase("basic-treat", "other", "HRESCH", "")]
    [TestCase("basic-ink", "other", "TREAT", Six + " psy sdv")]
    [TestCase("basic-treat-infant", "other", "HOPERAT", Six + " psy sdv")]
    [TestCase("basic-reject", "other", "TREAT", "")]
    [TestCase("basic-research", "other", "HRESCH", Six + " psy sdv")]
    [TestCase("basic-research", "other", "TREAT", "")]
    [TestCase("expired-treat", "other", "TREAT", "")]
    [TestCase("expired-treat", "other", "TREAT", Six + " psy sdv", "2022-07-01")]
    [TestCase("advanced-normal", "other", "TREAT", Normal)]
    [TestCase("advanced-normal-restricted", "other", "TREAT", Six + " psy sdv")]
    [TestCase("advanced-normal-not-restricted", "other", "TREAT", Normal)]
    [TestCase("advanced-normal-focused-restricted", "other", "TREAT", Normal)]
    [TestCase("advanced-normal-focused-restricted", "practitioner", "TREAT", Six + " psy sdv")]
    [TestCase("advanced-normal-focused-psy", "other", "TREAT", Normal)]
    [TestCase("advanced-normal-focused-psy", "practitioner", "TREAT", Normal + " psy")]
    [TestCase("advanced-normal-focused-psy-or-sdv", "practitioner", "TREAT", Normal + " psy sdv")]
    [TestCase("advanced-normal-focused-psy-or-sdv", "other", "TREAT", Normal)]
    [TestCase("advanced-normal-break-glass-restricted", "privileged", "BTG", Six + " psy sdv")]
    [TestCase("advanced-normal-break-glass-restricted", "privileged", "TREAT", Normal)]
    [TestCase("advanced-normal-break-glass-restricted", "other", "BTG", Normal)]
    [TestCase("dissent-break-glass", "privileged", "BTG", Six + " psy sdv")]
    [TestCase("dissent-break-glass", "privileged", "TREAT", "")]
    [TestCase("dissent-break-glass", "other", "BTG", "")]
    [TestCase("intermediate-authoredby", "other", "TREAT", "psy")]
    [TestCase("intermediate-data", "other", "TREAT", Six)]
    [TestCase("intermediate-not-data", "other", "TREAT", Normal + " psy sdv")]
    [TestCase("intermediate-encounter", "other", "TREAT", Six)]
    [TestCase("intermediate-not-encounter", "other", "TREAT", "psy sdv")]
    [TestCase("intermediate-timeframe", "other", "TREAT", "alcoholUse")]
    [TestCase("intermediate-not-timeframe", "other", "TREAT", Normal + " psy sdv")]
    [TestCase("intermediate-purpose", "researcher", "PUBHLTH", Six + " psy sdv")]
    [TestCase("intermediate-purpose", "researcher", "TREAT", "")]
    [TestCase("intermediate-purpose", "other", "PUBHLTH", "")]
    public void Consent_of_the_guide_decides_as_its_notes_say(
        string consent, string who, string purpose, string opened, string now = "2023-06-24") =>
        Assert.That(Opened(consent, who, purpose, now), Is.EquivalentTo(opened.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>The guide opens the encounter, which has no author. Here a deny covers what it cannot know.</summary>
    [Test]
    public void Record_without_an_author_is_covered_by_a_deny_of_authors() => Assert.That(
        Opened("intermediate-not-authoredby", "other", "TREAT", "2023-06-24"),
        Is.EquivalentTo(["alcoholUse", "bloodSugar", "bloodPressure", "weight", "weight-2", "sdv"]));

    [Test]
    public void Purpose_that_nobody_knows_is_listed_and_opens_nothing()
    {
        ConsentImportResult result = ConsentImport.Read(File.ReadAllBytes(PathOf("intermediate-purpose")), ConsentNames.ByType);
        Assert.That(result.Succeeded, Is.False);
        Assert.That(result.Limitations.Select(l => l.Path), Is.EqualTo(["Consent.policy", "Consent.provision.purpose[0]"]));
    }

    [Test]
    public void Every_consent_of_the_guide_keeps_the_profile_and_comes_back_whole()
    {
        string[] files = Directory.GetFiles(FhirData.Require("spec-examples/ihe-pcf-consent"), "*.json");
        Assert.That(files, Has.Length.EqualTo(23));
        Assert.Multiple(() =>
        {
            foreach (string file in files)
            {
                byte[] original = File.ReadAllBytes(file);
                ConsentImportResult result = ConsentImport.Read(original, new LocalNames());
                Assert.That(result.Refusal, Is.Null, file);
                byte[] written = ConsentExport.Write(result.Consent!);
                using JsonDocument before = JsonDocument.Parse(original);
                using JsonDocument after = JsonDocument.Parse(written);
                Assert.That(JsonElement.DeepEquals(before.RootElement, after.RootElement), Is.True, file);
                Assert.That(
                    Core.Contracts.Profile.MedicalProfile.Check(result.Consent!.Policies, result.Consent.Patient), Is.Empty, file);
                Assert.That(FirelyCheck.ProblemsOf(written), Is.Empty, file);
            }
        });
    }

    private static IEnumerable<string> Opened(string consent, string who, string purpose, string now)
    {
        ConsentImportResult result = ConsentImport.Read(File.ReadAllBytes(PathOf(consent)), new LocalNames());
        Assert.That(result.Refusal, Is.Null);
        (EntityUid principal, EntityUid[] groups) = who switch
        {
            "practitioner" => (new EntityUid("Clinician", "ex-practitioner"), Array.Empty<EntityUid>()),
            "privileged" => (new EntityUid("Clinician", "ex-privileged"), [new EntityUid("Role", "ex-privilegedUsers")]),
            "researcher" => (new EntityUid("Researcher", "r"), [new EntityUid("Organization", "ex-org-researcher")]),
            _ => (new EntityUid("Clinician", "ex-other"), []),
        };
        var time = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return Records()
            .Where(record => ConsentRequests.Opens(result.Consent!.Policies, principal, groups, purpose, record, time))
            .Select(record => record.Reference.Split('/')[1].Replace("ex-", "", StringComparison.Ordinal));
    }

    private static string PathOf(string consent)
    {
        string name = consent == "dissent-break-glass" ? "ex-dissent-intermediate-break-glass" : $"ex-consent-{consent}";
        return FhirData.Require($"spec-examples/ihe-pcf-consent/{name}.json");
    }

    private static List<ConsentRecord> Records()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(FhirData.Require("spec-examples/ihe-pcf-data.json")));
        var earlier = new DateTimeOffset(2016, 5, 1, 0, 0, 0, TimeSpan.Zero);
        return
        [
            .. json.RootElement.EnumerateArray().Select(item => new ConsentRecord(
                item.GetProperty("ref").GetString()!,
                [.. item.GetProperty("securityLabels").EnumerateArray().Select(label => label.GetString()!)],
                item.GetProperty("performer").GetString(),
                item.GetProperty("encounter").GetString(),
                item.GetProperty("effective").GetString() is { } date
                    ? DateTimeOffset.Parse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : default(DateTimeOffset))),
            new ConsentRecord("Observation/psy", ["PSY", "R"], "Practitioner/ex-practitioner", "Encounter/other", earlier),
            new ConsentRecord("Observation/sdv", ["SDV", "R"], "Practitioner/ex-author", "Encounter/other", earlier),
        ];
    }

    /// <summary>The names of the guide's network, which has agreed that its purpose FooBar is public health.</summary>
    private sealed class LocalNames : IConsentNames
    {
        public EntityUid? Grantee(string reference) => ConsentNames.ByType.Grantee(reference);

        public EntityUid? Record(string reference) => ConsentNames.ByType.Record(reference);

        public EntityUid? Encounter(string reference) => ConsentNames.ByType.Encounter(reference);

        public EntityUid? Category(string system, string code) => null;

        public EntityUid? Purpose(string system, string code) => (system, code) is ("http://example.org/policies/purposeOfUse", "FooBar")
            ? new EntityUid("Purpose", "PUBHLTH") : null;
    }
}
