using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using MedChain.Core.Contracts;

namespace MedChain.Samples.Contracts.Conformance;

/// <summary>Runs every set of a corpus and compares each answer with Cedar's.</summary>
internal sealed class ConformanceRun
{
    private const int MaxListed = 200;

    private static readonly ContractVmOptions Wide = new()
    {
        Naming = PolicyNaming.Position,
        MaxNesting = ContractVmOptions.LargestMaxNesting,
        MaxTextBytes = 16 * 1024 * 1024,
        MaxPolicies = 65_536,
    };

    private readonly Tally _readable = new("readable");
    private readonly Tally _validation = new("validation");
    private readonly EngineTally _reference = new("reference");
    private readonly EngineTally _machine = new("machine");
    private readonly ContractVm _vm = new(Wide);
    private int _sets;
    private int _requests;
    private int _compiled;

    private ConformanceRun()
    {
    }

    private ImmutableArray<Tally> Tallies => [_readable, _validation, .. _reference.Tallies, .. _machine.Tallies];

    /// <summary>Runs a corpus; <see langword="false"/> when something disagrees or there is nothing to run.</summary>
    public static bool Run(string path, TextWriter output)
    {
        var run = new ConformanceRun();
        foreach (CorpusSet set in CorpusSet.In(Corpus.Open(path)))
        {
            try
            {
                run.Check(set);
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
            {
                throw new InputException($"{set.Name} is not in the conformance format: {e.Message}");
            }
        }

        return run._sets == 0
            ? throw new InputException($"{path} has no conformance set: no JSON file with \"requests\" and \"policies\".")
            : run.Report(output);
    }

    private bool Report(TextWriter output)
    {
        output.WriteLine($"{"sets",-20} {_sets,9}");
        output.WriteLine($"{"requests",-20} {_requests,9}");
        output.WriteLine($"{"sets with bytecode",-20} {_compiled,9}");
        output.WriteLine();
        output.WriteLine($"{"",-20} {"agree",9} {"disagree",9}");
        foreach (Tally tally in Tallies)
        {
            output.WriteLine($"{tally.Kind,-20} {tally.Agreed,9} {tally.Disagreements.Count,9}");
        }

        string[] all = [.. Tallies.SelectMany(tally => tally.Disagreements)];
        foreach (string disagreement in all.Take(MaxListed))
        {
            output.WriteLine(disagreement);
        }

        if (all.Length > MaxListed)
        {
            output.WriteLine($"... and {all.Length - MaxListed} more");
        }

        return all.Length == 0;
    }

    private void Check(CorpusSet set)
    {
        _sets++;
        if (!TryRead(set, out PolicySet? policies, out PolicySchema? schema, out EntityStore? entities, out string? problem))
        {
            _readable.Add(set.Name, "a set", problem);
            return;
        }

        _readable.Add(set.Name, "a set", "a set");
        if (set.Description.TryGetProperty("shouldValidate", out JsonElement expected))
        {
            bool isValid = schema.Validate(policies).IsEmpty;
            _validation.Add(set.Name, expected.ValueKind == JsonValueKind.True ? "valid" : "not valid", isValid ? "valid" : "not valid");
        }

        PolicySet? code = ContractVm.CompilePolicies(set.Policies, schema, Wide).Policies;
        _compiled += code is null ? 0 : 1;

        foreach (JsonElement request in set.Description.GetProperty("requests").EnumerateArray())
        {
            _requests++;
            string place = $"{set.Name}, request {_requests}";
            if (Question(place, schema, request) is { } question)
            {
                _reference.Add(place, request, _vm.Decide(policies, question, entities));
                if (code is not null)
                {
                    _machine.Add(place, request, _vm.Decide(code, question, entities));
                }
            }
        }
    }

    private static bool TryRead(
        CorpusSet set, [NotNullWhen(true)] out PolicySet? policies, [NotNullWhen(true)] out PolicySchema? schema,
        [NotNullWhen(true)] out EntityStore? entities, [NotNullWhen(false)] out string? problem)
    {
        entities = null;
        PolicyCompilation compilation = ContractVm.CompilePolicies(set.Policies, Wide);
        policies = compilation.Policies;
        PolicyError? error = compilation.Succeeded ? null : compilation.Errors[0];
        bool hasSchema = set.IsJsonSchema
            ? PolicySchema.TryParseJson(set.Schema, out schema, out PolicyError? schemaError)
            : PolicySchema.TryParse(Encoding.UTF8.GetString(set.Schema), out schema, out schemaError);
        problem = error is not null ? $"policies {error}" : hasSchema ? null : $"schema {schemaError}";
        return problem is null && schema!.TryReadEntities(set.Entities, out entities, out problem);
    }

    private AuthorizationRequest? Question(string place, PolicySchema schema, JsonElement request)
    {
        EntityUid action = Uid(request, "action");
        byte[] json = Encoding.UTF8.GetBytes(request.GetProperty("context").GetRawText());
        if (!schema.TryReadContext(json, action, out RecordValue? context, out string? problem))
        {
            _readable.Add(place, "a request", problem);
            return null;
        }

        return new AuthorizationRequest(Uid(request, "principal"), action, Uid(request, "resource"), context);
    }

    private static EntityUid Uid(JsonElement request, string property)
    {
        JsonElement json = request.GetProperty(property);
        return EntityUid.TryCreate(json.GetProperty("type").GetString(), json.GetProperty("id").GetString(), out EntityUid? uid)
            ? uid
            : throw new InputException($"The {property} {json.GetRawText()} is no entity.");
    }
}
