using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Explaining;
using MedChain.Core.Contracts.Programs;

namespace MedChain.Core.Contracts;

/// <summary>Decides requests against permissions written in Cedar (language 4.x). Deterministic: no clock, no randomness, no I/O; the same
/// texts, request and entities give the same decision on every machine. Thread safe.</summary>
/// <remarks>A set that was validated against a schema is executed as verified bytecode; other sets, and requests that do not fit the
/// schema, are walked by the reference evaluator. Both give the same decisions.</remarks>
public sealed class ContractVm
{
    private const string IdAnnotation = "id";

    private readonly ContractVmOptions _options;

    /// <summary>Initializes a machine.</summary>
    /// <param name="options">Limits on a decision; those of the MedChain profile by default.</param>
    public ContractVm(ContractVmOptions? options = null) => _options = options ?? ContractVmOptions.Default;

    /// <summary>Compiles a policy text.</summary>
    /// <param name="cedarText">Any number of policies and templates. Any text may be passed: what is no Cedar gives errors.</param>
    /// <returns>The set, or the errors with their places.</returns>
    public static PolicyCompilation CompilePolicies(string cedarText) => CompilePolicies(cedarText, ContractVmOptions.Default);

    /// <summary>Compiles a policy text with limits of its own.</summary>
    /// <param name="cedarText">Any number of policies and templates. Any text may be passed: what is no Cedar gives errors.</param>
    /// <param name="options">Limits and naming.</param>
    /// <returns>The set, or the errors with their places.</returns>
    public static PolicyCompilation CompilePolicies(string cedarText, ContractVmOptions options)
    {
        ArgumentNullException.ThrowIfNull(cedarText);
        ArgumentNullException.ThrowIfNull(options);
        ImmutableArray<PolicyBody> bodies = PolicyParser.Parse(cedarText, options, out ImmutableArray<PolicyError> errors);
        if (!errors.IsEmpty)
        {
            return new PolicyCompilation(null, errors);
        }

        ImmutableArray<Policy>.Builder policies = ImmutableArray.CreateBuilder<Policy>(bodies.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (PolicyBody body in bodies)
        {
            string name = options.Naming == PolicyNaming.IdAnnotation && body.Annotations.TryGetValue(IdAnnotation, out string? id)
                ? id
                : string.Create(CultureInfo.InvariantCulture, $"policy{policies.Count}");
            if (!names.Add(name))
            {
                string message = $"Another policy is named \"{Quoting.Shorten(name)}\"; give each its own @id.";
                return new PolicyCompilation(null, [body.Position.Error(message)]);
            }

            policies.Add(new Policy(name, body));
        }

        return new PolicyCompilation(new PolicySet(cedarText, policies.DrainToImmutable()), []);
    }

    /// <summary>Compiles a policy text, validates it strictly, and makes bytecode of it: what a chain deploys.</summary>
    /// <param name="cedarText">Any number of policies and templates. Any text may be passed: what is no Cedar gives errors.</param>
    /// <param name="schema">What entities, actions and contexts look like, for MedChain's own
    /// <see cref="Profile.MedicalSchema.Default"/>.</param>
    /// <returns>The set, or the errors with their places.</returns>
    public static PolicyCompilation CompilePolicies(string cedarText, PolicySchema schema) =>
        CompilePolicies(cedarText, schema, ContractVmOptions.Default);

    /// <summary>Compiles a policy text with limits of its own and validates it strictly.</summary>
    /// <param name="cedarText">Any number of policies and templates. Any text may be passed: what is no Cedar gives errors.</param>
    /// <param name="schema">What entities, actions and contexts look like.</param>
    /// <param name="options">Limits and naming.</param>
    /// <returns>The set, or the errors with their places.</returns>
    public static PolicyCompilation CompilePolicies(string cedarText, PolicySchema schema, ContractVmOptions options)
    {
        ArgumentNullException.ThrowIfNull(schema);
        PolicyCompilation compilation = CompilePolicies(cedarText, options);
        if (!compilation.Succeeded)
        {
            return compilation;
        }

        return compilation.Policies.Compile(schema, out ImmutableArray<PolicyError> errors) is { } compiled
            ? new PolicyCompilation(compiled, [])
            : new PolicyCompilation(null, errors.Length <= PolicyParser.MaxErrors ? errors : errors[..PolicyParser.MaxErrors]);
    }

    /// <summary>Compiles policies in Cedar's JSON form: a policy set with <c>staticPolicies</c>, <c>templates</c> and
    /// <c>templateLinks</c>, or one policy. They become canonical Cedar text, which is the set's text; links become policies.</summary>
    /// <param name="utf8">The JSON, in UTF-8. Any bytes may be passed: what is no policy gives errors.</param>
    /// <param name="schema">What entities, actions and contexts look like; the set is then validated strictly. None by default.</param>
    /// <param name="options">Limits and naming; those of the MedChain profile by default.</param>
    /// <returns>The set, or the errors; they name the place in the JSON, line and column are 1.</returns>
    public static PolicyCompilation CompilePoliciesJson(
        ReadOnlyMemory<byte> utf8, PolicySchema? schema = null, ContractVmOptions? options = null)
    {
        options ??= ContractVmOptions.Default;
        if (!PolicySetJson.TryRead(utf8, options, out string? text, out string? reason))
        {
            return new PolicyCompilation(null, [new PolicyError(1, 1, reason)]);
        }

        PolicyCompilation compilation = schema is null ? CompilePolicies(text, options) : CompilePolicies(text, schema, options);
        return compilation.Succeeded
            ? compilation
            : new PolicyCompilation(
                null, [.. compilation.Errors.Select(error => new PolicyError(1, 1, $"As Cedar text, at {error}"))]);
    }

    /// <summary>Compiles the text of a contract with state (docs/contract-language.md).</summary>
    /// <param name="text">The text. Any text may be passed: what is no contract gives an error.</param>
    /// <param name="schema">The entity types that the contract can use.</param>
    /// <param name="options">Limits; those of the MedChain profile by default.</param>
    /// <returns>The code, or the first error with its place.</returns>
    public static ContractCompilation CompileContract(string text, PolicySchema schema, ContractVmOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(schema);
        ContractCode? contract = ContractCompiler.Compile(
            text, schema.Declarations, options ?? ContractVmOptions.Default, out PolicyError? error);
        return new ContractCompilation(contract, error);
    }

    /// <summary>Decides a request: allowed when some permit is satisfied and no forbid is. Policies that fail are reported and skipped,
    /// templates are skipped.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="request">The question.</param>
    /// <param name="entities">What is known about entities; an unknown one has no attributes and is in nothing.</param>
    /// <returns>The decision. Whether data may leave on it is <see cref="Decision.Releasable"/>.</returns>
    /// <exception cref="ContractVmDivergenceException">Decisions are checked twice, and the two differ.</exception>
    public Decision Decide(PolicySet policies, AuthorizationRequest request, EntityStore entities)
    {
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(entities);
        if (policies.Code is not { } code)
        {
            return Authorizer.Decide(policies.Policies, request, entities, _options.MaxSteps);
        }

        PolicyMachine machine = PolicyMachine.Rent();
        Decision decision = machine.Decide(code, request, entities, _options.MaxGas, out bool decided);
        bool ranOutOfGas = machine.RanOutOfGas;
        machine.Return();
        if (!decided)
        {
            return Authorizer.Decide(policies.Policies, request, entities, _options.MaxSteps);
        }

        if (_options.DoubleCheck && !ranOutOfGas)
        {
            // Bytecode that stayed within its gas bounds the reference evaluator's work too; its own limit would only blur the comparison.
            RequireSame(decision, Authorizer.Decide(policies.Policies, request, entities, int.MaxValue), policies);
        }

        return decision;
    }

    private static void RequireSame(Decision decision, Decision reference, PolicySet policies)
    {
        if (decision.Allowed != reference.Allowed || !decision.Reasons.AsSpan().SequenceEqual(reference.Reasons.AsSpan())
            || !decision.Errors.AsSpan().SequenceEqual(reference.Errors.AsSpan()))
        {
            throw new ContractVmDivergenceException(
                $"Bytecode and reference evaluator decide differently about policy set {policies.Hash}: "
                + $"{Describe(decision)}; {Describe(reference)}. "
                + "Stop this validator, keep the set and the request, and report both.");
        }
    }

    private static string Describe(Decision decision) =>
        $"{(decision.Allowed ? "allow" : "deny")} for [{string.Join(", ", decision.Reasons)}] with {decision.Errors.Length} errors "
        + string.Join(", ", decision.Errors.Select(fault => $"{fault.PolicyId}: {fault.Message}"));

    /// <summary>Explains the decision of a request: what each policy found, and what the smallest change would be.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="request">The question.</param>
    /// <param name="entities">What is known about entities.</param>
    /// <returns>The explanation, as data and as text. The same inputs give the same one.</returns>
    public DecisionExplanation Explain(PolicySet policies, AuthorizationRequest request, EntityStore entities)
    {
        Decision decision = Decide(policies, request, entities);
        return new Explainer(request, entities, _options.MaxSteps).Explain(policies.Policies, decision);
    }
}
