using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Tests.Contracts;

/// <summary>One set of the conformance data: policies, entities, a schema, and requests with the answers that Cedar gives.</summary>
internal sealed record ConformanceSet(string Id, string Policies, byte[] Entities, string Schema, JsonElement Description)
{
    private static readonly ContractVmOptions Wide = new()
    {
        Naming = PolicyNaming.Position,
        MaxNesting = ContractVmOptions.LargestMaxNesting,
        MaxTextBytes = 1 << 20,
        MaxPolicies = 4096,
    };

    private static readonly ContractVm Doubtful = new(new ContractVmOptions { DoubleCheck = true });

    /// <summary>What disagrees with Cedar, and how many requests there are.</summary>
    public (List<string> Disagreements, int Requests) Run(bool withSchema)
    {
        var found = new List<string>();
        PolicyCompilation compiled = ContractVm.CompilePolicies(Policies, Wide);
        if (!compiled.Succeeded)
        {
            return ([$"{Id}: {compiled.Errors[0]}"], 0);
        }

        CedarSchema? schema = null;
        if (withSchema && !CedarSchema.TryParse(Schema, out schema, out PolicyError? error))
        {
            return ([$"{Id}: schema {error}"], 0);
        }

        if (!EntityJson.TryRead(Entities, schema, out EntityStore? store, out string? reason))
        {
            return ([$"{Id}: {reason}"], 0);
        }

        int requests = 0;
        foreach (JsonElement request in Description.GetProperty("requests").EnumerateArray())
        {
            requests++;
            if (Check(compiled.Policies, store, schema, request, new ContractVm(), out _) is { } disagreement)
            {
                found.Add($"{Id}, {request.GetProperty("description").GetString()}: {disagreement}");
            }
        }

        return (found, requests);
    }

    /// <summary>What disagrees with Cedar about whether the policies fit the schema.</summary>
    public string? Validate()
    {
        PolicyCompilation compiled = ContractVm.CompilePolicies(Policies, Wide);
        if (!compiled.Succeeded || !CedarSchema.TryParse(Schema, out CedarSchema? schema, out _))
        {
            return $"{Id}: the policies or the schema cannot be read";
        }

        ImmutableArray<PolicyError> errors = new PolicyValidator(schema).Check(compiled.Policies);
        bool expected = Description.GetProperty("shouldValidate").GetBoolean();
        return expected == errors.IsEmpty ? null : $"{Id}: expected {(expected ? "no error" : "an error")}; {string.Join(' ', errors)}";
    }

    /// <summary>What is lost when the policies become JSON and come back.</summary>
    public string? CompareJson()
    {
        PolicyCompilation compiled = ContractVm.CompilePolicies(Policies, Wide);
        if (!compiled.Succeeded)
        {
            return $"{Id}: the policies cannot be read";
        }

        string json = compiled.Policies.ToJson();
        PolicyCompilation again = ContractVm.CompilePoliciesJson(System.Text.Encoding.UTF8.GetBytes(json), options: Wide);
        return !again.Succeeded ? $"{Id}: {again.Errors[0]}"
            : again.Policies.ToJson() == json ? null
            : $"{Id}: {json} becomes {again.Policies.ToJson()}";
    }

    /// <summary>What bytecode and the reference evaluator disagree on, and how many requests bytecode decided; nothing for a set that does
    /// not fit its schema.</summary>
    public (List<string> Disagreements, int Decided, int Requests) RunBytecode(bool withSchema)
    {
        bool expected = Description.GetProperty("shouldValidate").GetBoolean();
        if (!CedarSchema.TryParse(Schema, out CedarSchema? schema, out PolicyError? error))
        {
            return ([$"{Id}: schema {error}"], 0, 0);
        }

        PolicySet? compiled = ContractVm.CompilePolicies(Policies, Wide).Policies!.Compile(schema, out ImmutableArray<PolicyError> errors);
        if (compiled is null)
        {
            return expected ? ([$"{Id}: {string.Join(' ', errors)}"], 0, 0) : ([], 0, 0);
        }

        if (!EntityJson.TryRead(Entities, withSchema ? schema : null, out EntityStore? store, out string? reason))
        {
            return ([$"{Id}: {reason}"], 0, 0);
        }

        var found = new List<string>();
        int decided = 0;
        int requests = 0;
        foreach (JsonElement request in Description.GetProperty("requests").EnumerateArray())
        {
            requests++;
            if (Check(compiled, store, withSchema ? schema : null, request, Doubtful, out Decision decision) is { } disagreement)
            {
                found.Add($"{Id}, {request.GetProperty("description").GetString()}: {disagreement}");
            }

            decided += decision.Gas > 0 ? 1 : 0;
        }

        return (found, decided, requests);
    }

    private static string? Check(
        PolicySet policies, EntityStore store, CedarSchema? schema, JsonElement request, ContractVm vm, out Decision decision)
    {
        decision = default;
        EntityUid action = Uid(request, "action");
        byte[] contextJson = System.Text.Encoding.UTF8.GetBytes(request.GetProperty("context").GetRawText());
        if (!EntityJson.TryReadContext(contextJson, schema, action, out RecordValue? context, out string? reason))
        {
            return reason;
        }

        var question = new AuthorizationRequest(Uid(request, "principal"), action, Uid(request, "resource"), context);
        decision = vm.Decide(policies, question, store);
        string expected = Describe(
            request.GetProperty("decision").GetString() == "allow", Texts(request, "reason"), Texts(request, "errors"));
        string actual = Describe(decision.Allowed, decision.Reasons, decision.Errors.Select(fault => fault.PolicyId));
        return expected == actual ? null : $"expected {expected}, was {actual}; {string.Join(' ', decision.Errors)}";
    }

    private static string Describe(bool allowed, IEnumerable<string> reasons, IEnumerable<string> errors) =>
        $"{(allowed ? "allow" : "deny")} for [{string.Join(',', reasons.Order(StringComparer.Ordinal))}] "
        + $"with errors [{string.Join(',', errors.Order(StringComparer.Ordinal))}]";

    private static IEnumerable<string> Texts(JsonElement request, string name) =>
        request.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);

    private static EntityUid Uid(JsonElement request, string name) => new(
        request.GetProperty(name).GetProperty("type").GetString()!, request.GetProperty(name).GetProperty("id").GetString()!);
}
