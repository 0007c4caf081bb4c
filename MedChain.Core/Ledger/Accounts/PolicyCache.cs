using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What grants say by the commitment to it. Compiling is a function of the text, so what is remembered changes no result; a
/// template is compiled once for all. Used by the executing thread alone.</summary>
internal sealed class PolicyCache
{
    private const int Capacity = 4_096;
    private readonly Dictionary<Digest, GrantPolicies> _grants = [];

    /// <summary>What a grant says, or <see langword="null"/> and what is wrong with it.</summary>
    public GrantPolicies? TryGet(LedgerContext context, Digest commitment, out string? problem)
    {
        problem = null;
        if (_grants.TryGetValue(commitment, out GrantPolicies? known))
        {
            return known;
        }

        problem = context.TryReadAttachment(commitment, out PolicyDocument? document);
        if (problem is not null || Compile(document!, out problem) is not { } grant)
        {
            return null;
        }

        if (_grants.Count == Capacity)
        {
            _grants.Clear();
        }

        _grants.Add(commitment, grant);
        return grant;
    }

    private static GrantPolicies? Compile(PolicyDocument document, out string? problem)
    {
        if (document.Template.IsZero)
        {
            PolicyCompilation compilation = ContractVm.CompilePolicies(document.Text, MedicalSchema.Default);
            problem = compilation.Succeeded
                ? null
                : $"The policy is wrong at line {compilation.Errors[0].Line}, column {compilation.Errors[0].Column}: "
                    + compilation.Errors[0].Message;
            return compilation.Succeeded
                ? new GrantPolicies(compilation.Policies, RecordValue.Empty, document.Depth, document.Until)
                : null;
        }

        if (GrantTemplates.Find(document.Template) is not { } template)
        {
            problem = $"There is no template {document.Template}; choose one of those that this chain's software knows.";
            return null;
        }

        problem = template.ProblemOf(document.Parameters);
        return problem is null ? new GrantPolicies(template.Policies, document.Parameters, document.Depth, document.Until) : null;
    }
}
