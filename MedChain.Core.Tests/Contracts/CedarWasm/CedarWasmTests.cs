using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.CedarWasm;

/// <summary>Agreement with Cedar's own implementation on our own policies: syntax, schemas, entities, validation, decisions, reasons and
/// errors. MEDCHAIN_CEDAR_WASM_CASES and MEDCHAIN_CEDAR_WASM_SEED choose other generated cases.</summary>
[TestFixture]
public sealed class CedarWasmTests
{
    [Test]
    public void Written_policies_agree() => Agree([.. CedarCases.Policies.Select(text => Case(text))]);

    /// <summary>Without the ends of the range of numbers, which JavaScript cannot read from JSON.</summary>
    [Test]
    public void Written_policies_and_conditions_agree_as_json() => Agree(
    [
        .. CedarCases.Policies.Concat(CedarCases.Conditions.Select(text => $"permit (principal, action, resource) when {{ {text} }};"))
            .Where(text => !text.Contains("922337203685477580", StringComparison.Ordinal))
            .Select(text => Case(text) with { AsJson = true }),
    ]);

    [Test]
    public void Schemas_agree_as_they_are_written_again() => Agree(
    [
        .. CedarCases.Schemas.Append(MedicalSchema.Text)
            .Select(text => PolicySchema.TryParse(text, out PolicySchema? schema, out _) ? schema : null).OfType<PolicySchema>()
            .SelectMany(schema => new[] { schema.ToCedar(), schema.ToJson() })
            .Select(text => Case(CedarCases.Policies[0]) with { Schema = text }),
    ]);

    [Test]
    public void Written_conditions_agree() => Agree(
        [.. CedarCases.Conditions.Select(text => Case($"permit (principal, action, resource) when {{ {text} }};"))]);

    [Test]
    public void Written_schemas_agree() =>
        Agree([.. CedarCases.Schemas.Concat(CedarCases.JsonSchemas).Select(schema => new CedarCase("", schema, "[]", []))]);

    [Test]
    public void Written_entities_agree() => Agree(
        [.. CedarCases.EntityValues.Select(json => new CedarCase("", CedarCases.EntitySchema, json, []))]);

    [Test]
    public void Mutated_policies_agree() => Agree(
        [.. Enumerable.Range(0, Count).Select(i => Case(Mutated(i, CedarCases.Policies, CedarCases.Words)))]);

    [Test]
    public void Mutated_conditions_agree() => Agree(
    [
        .. Enumerable.Range(0, Count).Select(i => Case(
            $"permit (principal, action, resource) when {{ {Mutated(i, CedarCases.Conditions, CedarCases.Conditions)} }};")),
    ]);

    [Test]
    public void Mutated_schemas_agree() => Agree(
    [
        .. Enumerable.Range(0, Count).Select(i => new CedarCase("", Mutated(i, CedarCases.Schemas, CedarCases.SchemaWords), "[]", []))
            .Where(item => !item.Schema.StartsWith('{')),
    ]);

    private static int Count => Number("MEDCHAIN_CEDAR_WASM_CASES", 300);

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : fallback;

    private static CedarCase Case(string policies) =>
        new(policies, MedicalSchema.Text, CedarCases.Entities, CedarCases.Requests);

    private static void Agree(IReadOnlyList<CedarCase> cases)
    {
        using var cedar = new CedarWasm();
        JsonElement answers = cedar.Answer(new JsonArray([.. cases.Select(item => item.ToJson())]).ToJsonString());
        string[] differences = [.. cases.Select((item, i) => item.Difference(answers[i])).OfType<string>()];
        TestContext.Out.WriteLine($"{cases.Count} cases, {differences.Length} differences");
        Assert.That(string.Join("\n", differences.Take(20)), Is.Empty, $"{differences.Length} differences");
    }

    /// <summary>Words, operators or whole conditions put where others were; deterministic for a seed.</summary>
    private static string Mutated(int index, string[] texts, string[] pieces)
    {
        var random = new Random(unchecked((Number("MEDCHAIN_CEDAR_WASM_SEED", 1) * 1_000_003) + index));
        string[] words = [.. Split(texts[random.Next(texts.Length)])];
        for (int edits = 1 + random.Next(3); edits > 0 && words.Length > 0; edits--)
        {
            int at = random.Next(words.Length);
            string piece = random.Next(3) == 0 ? words[random.Next(words.Length)] : pieces[random.Next(pieces.Length)];
            words = random.Next(4) switch
            {
                0 => [.. words[..at], .. words[(at + 1)..], " "],
                1 => [.. words[..at], " ", piece, " ", .. words[at..]],
                _ => [.. words[..at], piece, .. words[(at + 1)..]],
            };
        }

        return string.Concat(words);
    }

    /// <summary>Runs of letters and digits, and single other characters.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || !char.IsLetterOrDigit(text[i]) || !char.IsLetterOrDigit(text[i - 1]))
            {
                yield return text[start..i];
                start = i;
            }
        }
    }
}
