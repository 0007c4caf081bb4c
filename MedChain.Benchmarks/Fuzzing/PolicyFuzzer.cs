using System.Collections.Immutable;
using System.Text;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Benchmarks.Fuzzing;

/// <summary>Mutates texts and checks what must hold for every text: no exception, limits kept, what parses prints and reads back as the
/// same, what fits the schema never fails by a wrong type, and bytecode and reference evaluator agree.</summary>
internal sealed class PolicyFuzzer
{
    /// <summary>Parts of the messages of failures that validation excludes.</summary>
    private static readonly string[] TypeErrors = ["is needed here", "have no order", "has no attribute", "have attributes", "takes a"];

    private readonly FuzzRandom _random;
    private readonly TextMutator _mutator;
    private readonly ContractVm _vm = new(new ContractVmOptions { DoubleCheck = true });
    private readonly EntityStore _entities;
    private readonly ImmutableArray<AuthorizationRequest> _requests;
    private readonly EntityUid _patient = new("Patient", "p");

    public PolicyFuzzer(ulong seed)
    {
        _random = new FuzzRandom(seed);
        _mutator = new TextMutator(_random);
        if (!MedicalSchema.Default.TryReadEntities(
                Utf8(FuzzSeeds.Entities[0]), out EntityStore? entities, out string? reason, MedicalSchema.Terms))
        {
            throw new InvalidOperationException(reason);
        }

        _entities = entities;
        _requests =
        [
            .. from context in FuzzSeeds.Contexts
               from question in new[] { ("Clinician", "c", "read"), ("Researcher", "r", "compute"), ("Clinician", "x", "breakGlass") }
               select Request(question, context),
        ];
    }

    public long Cases { get; private set; }

    /// <summary>Gets how many of the cases were policies, as text or as JSON.</summary>
    public long Policies { get; private set; }

    public long Parsed { get; private set; }

    public long Valid { get; private set; }

    public long Decided { get; private set; }

    /// <summary>Runs one case; what is wrong with the library, or <see langword="null"/>.</summary>
    public string? Next()
    {
        Cases++;
        string[] seeds = _random.Below(16) switch
        {
            0 => FuzzSeeds.Schemas,
            1 => FuzzSeeds.JsonSchemas,
            2 => FuzzSeeds.Entities,
            3 => FuzzSeeds.Contexts,
            4 or 5 or 6 => FuzzSeeds.PoliciesJson,
            _ => FuzzSeeds.Policies,
        };
        string text = _mutator.Mutate(_random.Of(seeds), _random.Of(seeds));
        try
        {
            return Check(seeds, text) is { } problem ? $"{problem}\n{text}" : null;
        }
#pragma warning disable CA1031 // Whatever is thrown is the finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"{e}\n{text}";
        }
    }

    private string? Check(string[] seeds, string text)
    {
        if (seeds == FuzzSeeds.Policies)
        {
            Policies++;
            return CheckPolicies(text);
        }

        if (seeds == FuzzSeeds.PoliciesJson)
        {
            Policies++;
            return CheckJson(text);
        }

        if (seeds == FuzzSeeds.Schemas || seeds == FuzzSeeds.JsonSchemas)
        {
            PolicyError? error;
            bool read = seeds == FuzzSeeds.Schemas
                ? PolicySchema.TryParse(text, out PolicySchema? schema, out error)
                : PolicySchema.TryParseJson(Utf8(text), out schema, out error);
            Parsed += read ? 1 : 0;
            if (schema is not null)
            {
                schema.TryReadEntities(Utf8(FuzzSeeds.Entities[0]), out _, out _);
                ContractVm.CompilePolicies(_random.Of(FuzzSeeds.Policies), schema);
            }

            return read == (error is null) ? null : "A schema and an error, or neither.";
        }

        bool isContext = seeds == FuzzSeeds.Contexts;
        string? reason;
        bool succeeded = isContext
            ? MedicalSchema.Default.TryReadContext(Utf8(text), new EntityUid("Action", "read"), out _, out reason)
            : MedicalSchema.Default.TryReadEntities(Utf8(text), out _, out reason);
        Parsed += succeeded ? 1 : 0;
        return succeeded == (reason is null) ? null : "Entities or a context and a reason, or neither.";
    }

    private string? CheckPolicies(string text)
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(text);
        if (!compilation.Succeeded)
        {
            return compilation.Errors.IsEmpty || compilation.Errors.Any(error => error.Line < 1 || error.Column < 1)
                ? "No set and no error, or an error without a place."
                : null;
        }

        Parsed++;
        PolicySet set = compilation.Policies;
        string canonical = set.ToCedar();
        bool fits = Encoding.UTF8.GetByteCount(canonical) <= ContractVmOptions.DefaultMaxTextBytes;
        if (fits && ContractVm.CompilePolicies(canonical).Policies?.ToCedar() != canonical)
        {
            return "The canonical text does not read back as the same.";
        }

        if (fits && ContractVm.CompilePoliciesJson(Utf8(set.ToJson())).Policies?.ToJson() != set.ToJson())
        {
            return "The JSON form does not read back as the same.";
        }

        MedicalProfile.Check(set, _patient);
        PolicySet? code = ContractVm.CompilePolicies(text, MedicalSchema.Default).Policies;
        Valid += code is null ? 0 : 1;
        foreach (AuthorizationRequest request in code is null ? _requests.AsSpan()[..1] : _requests.AsSpan())
        {
            Decision decision = _vm.Decide(code ?? set, request, _entities);
            Decided++;
            if (code is not null && decision.Errors.Any(IsTypeError))
            {
                return $"A set that fits the schema failed by a wrong type: {string.Join(' ', decision.Errors)}";
            }
        }

        return _vm.Explain(code ?? set, _requests[_random.Below(_requests.Length)], _entities).ToText().Length > 0
            ? null
            : "An empty explanation.";
    }

    private string? CheckJson(string json)
    {
        PolicyCompilation compilation = ContractVm.CompilePoliciesJson(Utf8(json));
        if (!compilation.Succeeded)
        {
            return compilation.Errors.IsEmpty || compilation.Errors[0].Message.Length == 0 ? "No set and no error." : null;
        }

        Parsed++;
        string written = compilation.Policies.ToJson();
        return ContractVm.CompilePoliciesJson(Utf8(written)).Policies?.ToJson() == written
            && ContractVm.CompilePolicies(compilation.Policies.ToString()).Policies?.ToCedar() == compilation.Policies.ToString()
            ? null
            : "The policies do not read back as the same.";
    }

    private static bool IsTypeError(PolicyFault fault) =>
        TypeErrors.Any(part => fault.Message.Contains(part, StringComparison.Ordinal));

    private static AuthorizationRequest Request((string Type, string Id, string Action) question, string context)
    {
        var action = new EntityUid("Action", question.Action);
        return MedicalSchema.Default.TryReadContext(Utf8(context), action, out RecordValue? facts, out string? reason)
            ? new AuthorizationRequest(new EntityUid(question.Type, question.Id), action, new EntityUid("Record", "r"), facts)
            : throw new InvalidOperationException(reason);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
