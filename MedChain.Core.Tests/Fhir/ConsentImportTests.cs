using MedChain.Core.Contracts;
using MedChain.Core.Fhir;
using NUnit.Framework;

namespace MedChain.Core.Tests.Fhir;

/// <summary>Consents made by hand, and bytes that are none.</summary>
[TestFixture]
public sealed class ConsentImportTests
{
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Permit_inside_a_deny_inside_a_permit_opens_again()
    {
        string rules = """
            {"type":"permit","purpose":[PURPOSE],"provision":[
              {"type":"deny","securityLabel":[PSY],"provision":[{"type":"permit","actor":[ACTOR]}]}]}
            """;
        PolicySet policies = Policies(rules);
        Assert.That(Opens(policies, "b", "N"), Is.True);
        Assert.That(Opens(policies, "b", "PSY"), Is.False);
        Assert.That(Opens(policies, "a", "PSY"), Is.True);
        Assert.That(Opens(policies, "a", "PSY", purpose: "HRESCH"), Is.False);
    }

    [Test]
    public void Deny_inside_a_permit_inside_a_deny_closes_again()
    {
        string rules = """
            {"type":"deny","provision":[
              {"type":"permit","actor":[ACTOR],"provision":[{"type":"deny","securityLabel":[PSY]}]}]}
            """;
        PolicySet policies = Policies(rules);
        Assert.That(Opens(policies, "b", "N"), Is.False);
        Assert.That(Opens(policies, "a", "N"), Is.True);
        Assert.That(Opens(policies, "a", "PSY"), Is.False);
    }

    [TestCase("""{"type":"deny","actor":[{"role":ROLE,"reference":{"reference":"Device/x"}}]}""", "actor[0]")]
    [TestCase("""{"type":"deny","actor":[{"role":ROLE,"reference":{"display":"Dr. X"}}]}""", "actor[0]")]
    [TestCase("""{"type":"deny","actor":[{"role":{"text":"custodian"},"reference":{"reference":"Practitioner/a"}}]}""", "actor[0]")]
    [TestCase("""{"type":"deny","action":[{"coding":[{"system":"x","code":"collect"}]}]}""", "action[0]")]
    [TestCase("""{"type":"deny","class":[{"system":"x","code":"y"}]}""", "class[0]")]
    [TestCase("""{"type":"deny","code":[{"text":"y"}]}""", "code[0]")]
    [TestCase("""{"type":"deny","purpose":[{"system":"x","code":"TREAT"}]}""", "purpose[0]")]
    [TestCase("""{"type":"deny","securityLabel":[{"system":"x","code":"SECRET"}]}""", "securityLabel[0]")]
    [TestCase("""{"type":"deny","data":[{"meaning":"dependents","reference":{"reference":"Observation/x"}}]}""", "data[0]")]
    public void Condition_that_cannot_be_said_makes_a_deny_broader_and_a_permit_empty(string inner, string place)
    {
        ConsentImportResult denied = Read($$"""{"type":"permit","provision":[{{inner}}]}""");
        Assert.That(Opens(denied.Consent!.Policies, "b", "N"), Is.False);
        Assert.That(denied.Limitations.Select(l => l.Path), Is.EqualTo([$"Consent.provision.provision[0].{place}"]));

        string permit = inner.Replace("deny", "permit", StringComparison.Ordinal);
        ConsentImportResult permitted = Read($$"""{"type":"deny","provision":[{{permit}}]}""");
        Assert.That(Opens(permitted.Consent!.Policies, "a", "N"), Is.False);
        Assert.That(Read(permit).Refusal, Does.StartWith("Nothing of the consent can be expressed"));
    }

    [Test]
    public void Deny_of_a_level_denies_the_levels_above_and_a_permit_opens_it_alone()
    {
        const string Restricted = """[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]""";
        PolicySet denies = Policies($$"""{"type":"permit","provision":[{"type":"deny","securityLabel":{{Restricted}} } ] }""");
        PolicySet permits = Policies($$"""{"type":"permit","securityLabel":{{Restricted}} }""");
        string[] levels = ["N", "R", "V"];
        Assert.That(levels.Select(level => Opens(denies, "a", level)), Is.EqualTo([true, false, false]));
        Assert.That(levels.Select(level => Opens(permits, "a", level)), Is.EqualTo([false, true, false]));
    }

    /// <summary>2024 ends first in UTC+14 and last in UTC-12.</summary>
    [Test]
    public void Date_without_a_zone_ends_early_for_a_permit_and_late_for_a_deny()
    {
        PolicySet permits = Policies("""{"type":"permit","period":{"end":"2024"}}""");
        PolicySet denies = Policies("""{"type":"permit","provision":[{"type":"deny","period":{"end":"2024-12-31"}}]}""");
        var newYear = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.That(Opens(permits, "a", "N", now: newYear.AddHours(-14).AddMilliseconds(-1)), Is.True);
        Assert.That(Opens(permits, "a", "N", now: newYear.AddHours(-14)), Is.False);
        Assert.That(Opens(denies, "a", "N", now: newYear.AddHours(12).AddMilliseconds(-1)), Is.False);
        Assert.That(Opens(denies, "a", "N", now: newYear.AddHours(12)), Is.True);
    }

    [TestCase("2024-01-01T10:00:00", false)]
    [TestCase("2024-01-01T10:00:00Z", true)]
    [TestCase("2024-01-01T10:00:00.5+02:00", true)]
    [TestCase("2024-13", false)]
    [TestCase("9999", false)]
    [TestCase("0000", false)]
    [TestCase("", false)]
    public void Period_is_read_as_FHIR_has_it(string start, bool valid) =>
        Assert.That(Read($$"""{"type":"permit","period":{"start":"{{start}}"} }""").Succeeded, Is.EqualTo(valid));

    [Test]
    public void Facts_of_the_consent_are_given()
    {
        ImportedConsent consent = Read("""{"type":"permit","period":{"start":"2024-01-01"}}""").Consent!;
        Assert.That(consent.Id, Is.EqualTo("c-1"));
        Assert.That(consent.Patient, Is.EqualTo(new EntityUid("Patient", "ex-patient")));
        Assert.That(consent.PatientReference, Is.EqualTo("Patient/ex-patient"));
        Assert.That(consent.Period, Is.EqualTo(new ConsentPeriod("2024-01-01", null)));
        Assert.That(consent.Policies.ToString(), Does.Contain("@consent(\"Consent/c-1\")"));
    }

    [TestCase("""{"type":"permit","puropse":[PURPOSE]}""")]
    [TestCase("""{"type":"permit","modifierExtension":[{"url":"x"}]}""")]
    [TestCase("""{"type":"permit","purpose":[]}""")]
    [TestCase("""{"type":"permit","purpose":PURPOSE}""")]
    [TestCase("""{"type":"permit","purpose":["TREAT"]}""")]
    [TestCase("""{"type":"permit","period":"2024"}""")]
    [TestCase("""{"type":"permit","provision":{"type":"deny"}}""")]
    [TestCase("""{"type":"permit","type":"deny"}""")]
    [TestCase("""{"type":"Permit"}""")]
    [TestCase("""{"type":1}""")]
    [TestCase("""{}""")]
    [TestCase("""[]""")]
    [TestCase("""{"type":"permit","id":"\ud800"}""")]
    public void Rule_with_a_wrong_form_is_refused(string rules) => Assert.That(Read(rules).Refusal, Is.Not.Null);

    [TestCase("\"status\":\"active\"", "\"status\":\"inactive\"")]
    [TestCase("\"Consent\"", "\"Patient\"")]
    [TestCase("patient-privacy", "adr")]
    [TestCase("Patient/ex-patient", "Group/ex-patient")]
    [TestCase("\"id\":\"c-1\"", "\"id\":\"a b\"")]
    [TestCase("\"id\":\"c-1\"", "\"implicitRules\":\"http://example.org\"")]
    [TestCase("\"id\":\"c-1\"", "\"decision\":\"deny\"")]
    public void Resource_that_is_no_consent_in_force_is_refused(string from, string to)
    {
        string json = Document("""{"type":"permit"}""").Replace(from, to, StringComparison.Ordinal);
        Assert.That(ConsentImport.Read(System.Text.Encoding.UTF8.GetBytes(json), ConsentNames.ByType).Refusal, Is.Not.Null);
    }

    [Test]
    public void Rules_nested_too_deep_or_too_many_are_refused()
    {
        string deep = """{"type":"permit"}""";
        for (int i = 0; i < 8; i++)
        {
            deep = $$"""{"type":"permit","provision":[{{deep}}]}""";
        }

        string many = string.Join(",", Enumerable.Repeat("""{"type":"deny"}""", 64));
        Assert.That(Read(deep).Refusal, Does.Contain("one rule too many"));
        Assert.That(Read($$"""{"type":"permit","provision":[{{many}}]}""").Refusal, Does.Contain("one rule too many"));
        Assert.That(Read(new string('[', 100)).Refusal, Does.Contain("cannot be read"));
    }

    /// <summary>A short consent whose rules inherit much stops at the limit of texts.</summary>
    [Test]
    public void Text_that_grows_by_inheritance_is_stopped()
    {
        string labels = string.Join(",", Enumerable.Range(0, 60).Select(LongLabel));
        static string LongLabel(int i) => PsyLabel.Replace("PSY", $"{i}{new string('x', 90)}", StringComparison.Ordinal);
        string inner = string.Join(",", Enumerable.Repeat("""{"type":"permit"}""", 60));
        Assert.That(
            Read($$"""{"type":"deny","securityLabel":[{{labels}}],"provision":[{{inner}}]}""").Refusal, Does.Contain("split them"));
    }

    [Test]
    public void Resource_beyond_the_limit_is_refused_unread() => Assert.That(
        ConsentImport.Read(new byte[ConsentImport.MaxBytes + 1], ConsentNames.ByType).Refusal, Does.Contain("the limit is 262144"));

    /// <summary>Any prefix and any changed byte of a consent gives a result.</summary>
    [Test]
    public void Broken_bytes_give_a_result()
    {
        byte[] good = System.Text.Encoding.UTF8.GetBytes(Document("""{"type":"permit","purpose":[PURPOSE],"actor":[ACTOR]}"""));
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            foreach (byte value in "\0\"\\{[9\u00ff"u8)
            {
                bad[i] = value;
                Assert.That(ConsentImport.Read(bad, ConsentNames.ByType), Is.Not.Null);
            }

            Assert.That(ConsentImport.Read(good.AsMemory(0, i), ConsentNames.ByType).Succeeded, Is.False);
        }
    }

    private const string PsyLabel = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}""";

    internal static string Document(string rules)
    {
        const string Role = """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]}""";
        const string Treatment = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}""";
        string expanded = rules
            .Replace("PURPOSE", Treatment, StringComparison.Ordinal)
            .Replace("[PSY]", $"[{PsyLabel}]", StringComparison.Ordinal)
            .Replace("ACTOR", """{"role":ROLE,"reference":{"reference":"Practitioner/a"}}""", StringComparison.Ordinal)
            .Replace("ROLE", Role, StringComparison.Ordinal);
        return $$"""
            {"resourceType":"Consent","id":"c-1","status":"active",
             "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
             "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
             "patient":{"reference":"Patient/ex-patient"},"provision":{{expanded}}}
            """;
    }

    private static ConsentImportResult Read(string rules) =>
        ConsentImport.Read(System.Text.Encoding.UTF8.GetBytes(Document(rules)), ConsentNames.ByType);

    private static PolicySet Policies(string rules)
    {
        ConsentImportResult result = Read(rules);
        Assert.That(result.Refusal, Is.Null);
        return result.Consent!.Policies;
    }

    private static bool Opens(PolicySet policies, string clinician, string label, string purpose = "TREAT", DateTimeOffset? now = null) =>
        ConsentRequests.Opens(
            policies, new EntityUid("Clinician", clinician), [], purpose, new ConsentRecord("Observation/o", [label], null, null, Now),
            now ?? Now);
}
