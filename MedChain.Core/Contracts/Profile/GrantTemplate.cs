using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Profile;

/// <summary>Policies that many patients choose, each with parameters of her own. The policies read them from <c>context.grant</c>, so they
/// are compiled once for everybody, and the hash of their text names them. Immutable.</summary>
public sealed class GrantTemplate
{
    /// <summary>Parameters that no grant gives: the ledger does.</summary>
    private static readonly ImmutableArray<string> Given = ["depth", "patient", "revoked", "uses"];

    /// <summary>Parameters that are lists, and may be empty.</summary>
    private static readonly ImmutableArray<string> Lists = [GrantParameters.LabelsName, GrantParameters.OperationsName];

    internal GrantTemplate(string name, string summary, string text)
    {
        Name = name;
        Summary = summary;
        PolicyCompilation compilation = ContractVm.CompilePolicies(text, MedicalSchema.Default);
        Policies = compilation.Policies
            ?? throw new InvalidOperationException($"The built-in template {name} is wrong: {compilation.Errors[0]}");
        Parameters = [.. Policies.Policies.SelectMany(policy => policy.Body.Conditions).SelectMany(condition => ReadBy(condition.Body))
            .Except(Given).Order(StringComparer.Ordinal)];
    }

    /// <summary>Gets the name, such as <c>treatment-by-clinician</c>.</summary>
    public string Name { get; }

    /// <summary>Gets what it permits or forbids, in words for patients.</summary>
    public string Summary { get; }

    /// <summary>Gets the policies as Cedar text.</summary>
    public string Text => Policies.ToString();

    /// <summary>Gets the SHA-256 of the text's UTF-8 bytes, which names the template in grants.</summary>
    public Digest Hash => Policies.Hash;

    /// <summary>Gets the parameters that a grant must give, in the order of their names: the attributes of <c>context.grant</c> in the
    /// schema.</summary>
    public ImmutableArray<string> Parameters { get; }

    /// <summary>Gets the policies, compiled once.</summary>
    internal PolicySet Policies { get; }

    /// <summary>What is wrong with a grant's parameters; <see langword="null"/> for nothing.</summary>
    internal string? ProblemOf(RecordValue parameters)
    {
        if (Parameters.FirstOrDefault(name => parameters[name] is null && !Lists.Contains(name)) is { } missing)
        {
            return $"The template {Name} needs the parameter {missing}; give it.";
        }

        return parameters.Names.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown
            ? $"The template {Name} has no parameter {Quoting.Shorten(unknown)}; leave it out."
            : null;
    }

    private static IEnumerable<string> ReadBy(Expression expression)
    {
        IEnumerable<string> below = expression.Parts.SelectMany(ReadBy);
        return expression is Expression.GetAttribute get && IsGrant(get.Target) ? below.Append(get.Name) : below;
    }

    /// <summary>Says whether an expression is <c>context.grant</c>.</summary>
    internal static bool IsGrant(Expression expression) => expression is Expression.GetAttribute
    {
        Name: "grant",
        Target: Expression.Variable { Name: RequestVariable.Context },
    };
}
