using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Compiled policies by the commitment of their text. Compiling is a function of the text, so what is remembered changes no
/// result. Used by the executing thread alone.</summary>
internal sealed class PolicyCache
{
    private const int Capacity = 4_096;
    private readonly Dictionary<Digest, PolicySet> _policies = [];

    /// <summary>The compiled policies, or <see langword="null"/> and what is wrong with them.</summary>
    public PolicySet? TryGet(LedgerContext context, Digest commitment, out string? problem)
    {
        problem = null;
        if (_policies.TryGetValue(commitment, out PolicySet? known))
        {
            return known;
        }

        problem = context.TryReadAttachment(commitment, out PolicyDocument? document);
        if (problem is not null)
        {
            return null;
        }

        PolicyCompilation compilation = ContractVm.CompilePolicies(document!.Text, MedicalSchema.Default);
        if (!compilation.Succeeded)
        {
            PolicyError error = compilation.Errors[0];
            problem = $"The policy is wrong at line {error.Line}, column {error.Column}: {error.Message}";
            return null;
        }

        if (_policies.Count == Capacity)
        {
            _policies.Clear();
        }

        _policies.Add(commitment, compilation.Policies);
        return compilation.Policies;
    }
}
