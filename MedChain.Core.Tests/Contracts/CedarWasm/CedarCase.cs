using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedChain.Core.Contracts;

namespace MedChain.Core.Tests.Contracts.CedarWasm;

/// <summary>Texts about which two implementations are asked.</summary>
/// <param name="Policies">Policies.</param>
/// <param name="Schema">A schema in Cedar's syntax, or in JSON when it starts with a brace.</param>
/// <param name="Entities">Entities in JSON.</param>
/// <param name="Requests">Requests in JSON: principal, action, resource and context.</param>
internal sealed record CedarCase(string Policies, string Schema, string Entities, ImmutableArray<string> Requests)
{
    private static readonly ContractVmOptions ByPosition = new() { Naming = PolicyNaming.Position };

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    /// <summary>Gets whether Cedar is given the policies as the JSON that this library makes of them.</summary>
    public bool AsJson { get; init; }

    private bool IsJsonSchema => Schema.StartsWith('{');

    public JsonNode ToJson() => new JsonObject
    {
        ["policies"] = AsJson && ContractVm.CompilePolicies(Policies, ByPosition).Policies is { } set
            ? JsonNode.Parse(set.ToJson(), documentOptions: Deep)
            : JsonValue.Create(Policies),
        ["schema"] = IsJsonSchema ? JsonNode.Parse(Schema) : JsonValue.Create(Schema),
        ["entities"] = JsonNode.Parse(Entities),
        ["requests"] = new JsonArray([.. Requests.Select(request => JsonNode.Parse(request))]),
    };

    /// <summary>What differs from Cedar's answer, or <see langword="null"/>.</summary>
    public string? Difference(JsonElement answer)
    {
        PolicyError? error;
        bool hasSchema = IsJsonSchema
            ? PolicySchema.TryParseJson(Cedar.Text.Utf8(Schema), out PolicySchema? schema, out error)
            : PolicySchema.TryParse(Schema, out schema, out error);
        PolicyCompilation compilation = ContractVm.CompilePolicies(Policies, ByPosition);
        if (Differs(answer, "schema", hasSchema))
        {
            return Describe("schema", hasSchema, error?.ToString());
        }

        if (Differs(answer, "policies", compilation.Succeeded))
        {
            return Describe("policies", compilation.Succeeded, string.Join(' ', compilation.Errors));
        }

        return schema is null ? null : DifferenceUnder(schema, compilation.Policies, answer);
    }

    private string? DifferenceUnder(PolicySchema schema, PolicySet? policies, JsonElement answer)
    {
        bool read = schema.TryReadEntities(Cedar.Text.Utf8(Entities), out EntityStore? entities, out string? reason);
        if (Differs(answer, "entities", read))
        {
            return Describe("entities", read, reason);
        }

        if (policies is null)
        {
            return null;
        }

        ImmutableArray<PolicyError> errors = schema.Validate(policies);
        if (Differs(answer, "valid", errors.IsEmpty))
        {
            return Describe("valid", errors.IsEmpty, string.Join(' ', errors)) + answer.GetProperty("validation").GetString();
        }

        if (!read)
        {
            return null;
        }

        PolicySet code = errors.IsEmpty ? ContractVm.CompilePolicies(Policies, schema, ByPosition).Policies! : policies;
        string[] theirs = [.. answer.GetProperty("decisions").EnumerateArray().Select(decision => decision.GetString()!)];
        string[] ours = [.. Requests.Select(request => Decide(schema, policies, entities!, request))];
        string[] byCode = [.. Requests.Select(request => Decide(schema, code, entities!, request))];
        return theirs.SequenceEqual(ours) && theirs.SequenceEqual(byCode)
            ? null
            : $"decisions: Cedar {string.Join("; ", theirs)}, reference {string.Join("; ", ours)}, "
                + $"machine {string.Join("; ", byCode)}\n{this}";
    }

    private static string Decide(PolicySchema schema, PolicySet policies, EntityStore entities, string requestJson)
    {
        using JsonDocument document = JsonDocument.Parse(requestJson);
        EntityUid Uid(string name)
        {
            JsonElement json = document.RootElement.GetProperty(name);
            return new EntityUid(json.GetProperty("type").GetString()!, json.GetProperty("id").GetString()!);
        }

        byte[] contextJson = Cedar.Text.Utf8(document.RootElement.GetProperty("context").GetRawText());
        if (!schema.TryReadContext(contextJson, Uid("action"), out RecordValue? context, out _))
        {
            return "refused";
        }

        var request = new AuthorizationRequest(Uid("principal"), Uid("action"), Uid("resource"), context);
        if (schema.ProblemOf(request) is not null)
        {
            return "refused";
        }

        Decision decision = new ContractVm().Decide(policies, request, entities);
        return $"{(decision.Allowed ? "allow" : "deny")} for [{Sorted(decision.Reasons)}] "
            + $"with errors [{Sorted(decision.Errors.Select(fault => fault.PolicyId))}]";
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(',', names.Order(StringComparer.Ordinal));

    private static bool Differs(JsonElement answer, string property, bool ours) => answer.GetProperty(property).GetBoolean() != ours;

    private string Describe(string what, bool ours, string? reason) =>
        $"{what}: Cedar says {(ours ? "no" : "yes")}, here it is {(ours ? "yes" : $"no: {reason}")}\n{this}\n";
}
