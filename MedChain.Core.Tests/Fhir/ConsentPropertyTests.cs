using System.Text.Json;
using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Fhir;
using NUnit.Framework;

namespace MedChain.Core.Tests.Fhir;

/// <summary>Random trees of rules against a model that walks the tree.</summary>
[TestFixture]
public sealed class ConsentPropertyTests
{
    private const string Unknown = "UNKNOWN";
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string[]?> Actors = Values("a", "b");
    private static readonly Gen<string[]?> Labels = Values("PSY", "SDV");
    private static readonly Gen<string[]?> Purposes = Values("TREAT", "HRESCH");

    /// <summary>Without unknown values the policies say what the model says. With them they open only what the model opens whether the
    /// unknown condition holds or not.</summary>
    [Test]
    public void Policies_never_open_more_than_the_rules_and_no_less_where_all_is_known() =>
        Gen.Select(Rules(3), Gen.OneOf("a", "b"), Gen.OneOf("TREAT", "HRESCH"), Gen.OneOf("PSY", "SDV", "N")).Sample(
            (rules, actor, purpose, label) =>
            {
                byte[] document = System.Text.Encoding.UTF8.GetBytes(ConsentImportTests.Document(Json(rules)));
                ConsentImportResult result = ConsentImport.Read(document, ConsentNames.ByType);
                bool opened = result.Succeeded && ConsentRequests.Opens(
                    result.Consent.Policies, new EntityUid("Clinician", actor), [], purpose,
                    new ConsentRecord("Observation/o", [label], null, null, Now), Now);
                var everything = new Rule(true, null, null, null, []);
                bool[] models = [Say(rules, everything, unknown: false) == true, Say(rules, everything, unknown: true) == true];
                bool returns = !result.Succeeded || ComesBack(document, result.Consent);
                return returns && (HasUnknown(rules) ? !opened || models.All(m => m) : opened == models[0]);

                bool? Say(Rule rule, Rule outer, bool unknown)
                {
                    Rule whole = rule with
                    {
                        Actors = rule.Actors ?? outer.Actors,
                        Labels = rule.Labels ?? outer.Labels,
                        Purposes = rule.Purposes ?? outer.Purposes,
                    };
                    bool? exception = null;
                    foreach (Rule inner in rule.Exceptions)
                    {
                        bool? said = Say(inner, whole, unknown);
                        exception = said == false || exception == false ? false : said ?? exception;
                    }

                    bool applies = Holds(whole.Actors, actor) && Holds(whole.Labels, label) && Holds(whole.Purposes, purpose);
                    return exception ?? (applies ? rule.Permits : null);

                    bool Holds(string[]? values, string value) =>
                        values is null || values.Contains(value) || (unknown && values.Contains(Unknown));
                }
            });

    /// <summary>The same rules, as values of a permission made here, open the same.</summary>
    [Test]
    public void Rules_made_here_open_what_the_consent_opens() =>
        Gen.Select(Rules(3).Where(rules => !HasUnknown(rules)), Gen.OneOf("a", "b"), Gen.OneOf("TREAT", "HRESCH"), Gen.OneOf("PSY", "N"))
            .Sample((rules, actor, purpose, label) =>
            {
                byte[] document = System.Text.Encoding.UTF8.GetBytes(ConsentImportTests.Document(Json(rules)));
                ConsentImportResult result = ConsentImport.Read(document, ConsentNames.ByType);
                PolicySet? made = !result.Succeeded ? null
                    : ContractVm.CompilePolicies(Made(rules).ToCedar(result.Consent.Patient), MedicalSchema.Default).Policies;
                return made is null || Opens(made) == Opens(result.Consent!.Policies);

                bool Opens(PolicySet policies) => ConsentRequests.Opens(
                    policies, new EntityUid("Clinician", actor), [], purpose,
                    new ConsentRecord("Observation/o", [label], null, null, Now), Now);
            });

    private static GrantRule Made(Rule rule) => (rule.Permits ? GrantRule.Permit() : GrantRule.Deny()) with
    {
        Grantees = [.. (rule.Actors ?? []).Select(actor => new EntityUid("Clinician", actor))],
        Labels = [.. rule.Labels ?? []],
        Purposes = [.. rule.Purposes ?? []],
        Exceptions = [.. rule.Exceptions.Select(Made)],
    };

    private static bool ComesBack(byte[] document, ImportedConsent consent)
    {
        byte[] written = ConsentExport.Write(consent);
        using JsonDocument before = JsonDocument.Parse(document);
        using JsonDocument after = JsonDocument.Parse(written);
        ImportedConsent again = ConsentImport.Read(written, ConsentNames.ByType).Consent!;
        return JsonElement.DeepEquals(before.RootElement, after.RootElement) && again.Policies.Hash == consent.Policies.Hash;
    }

    private static Gen<string[]?> Values(params string[] known) => Gen.Select(
        Gen.Int[0, 2], Gen.OneOf<string>([.. known, .. known, Unknown]).Array[1, 2], (kind, values) => kind == 0 ? values : null);

    private static Gen<Rule> Rules(int depth) => Gen.Select(
        Gen.Bool, Actors, Labels, Purposes, depth == 1 ? Gen.Const(Array.Empty<Rule>()) : Rules(depth - 1).Array[0, 2],
        (permits, actors, labels, purposes, exceptions) => new Rule(permits, actors, labels, purposes, exceptions));

    private static bool HasUnknown(Rule rule) =>
        new[] { rule.Actors, rule.Labels, rule.Purposes }.Any(values => values?.Contains(Unknown) == true)
        || rule.Exceptions.Any(HasUnknown);

    private static string Json(Rule rule)
    {
        var parts = new List<string> { $"\"type\":\"{(rule.Permits ? "permit" : "deny")}\"" };
        Add("actor", rule.Actors, Actor);
        Add("securityLabel", rule.Labels, value => Coding("v3-ActCode", value));
        Add("purpose", rule.Purposes, value => Coding("v3-ActReason", value));
        if (rule.Exceptions.Length > 0)
        {
            parts.Add($"\"provision\":[{string.Join(",", rule.Exceptions.Select(Json))}]");
        }

        return $"{{{string.Join(",", parts)}}}";

        void Add(string name, string[]? values, Func<string, string> write)
        {
            if (values is not null)
            {
                parts.Add($"\"{name}\":[{string.Join(",", values.Select(write))}]");
            }
        }
    }

    private static string Actor(string id) =>
        $$"""{"role":ROLE,"reference":{"reference":"{{(id == Unknown ? "Device" : "Practitioner")}}/{{id}}"} }""";

    private static string Coding(string system, string code) =>
        $$"""{"system":"{{(code == Unknown ? "urn:x" : $"http://terminology.hl7.org/CodeSystem/{system}")}}","code":"{{code}}"}""";

    private sealed record Rule(bool Permits, string[]? Actors, string[]? Labels, string[]? Purposes, Rule[] Exceptions);
}
