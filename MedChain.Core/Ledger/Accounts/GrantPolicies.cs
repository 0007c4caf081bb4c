using MedChain.Core.Contracts;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What a grant says, ready to be asked.</summary>
/// <param name="Policies">The compiled policies; those of a template are the same object for all grants.</param>
/// <param name="Parameters">The parameters of a template; none for a text of its own.</param>
internal sealed record GrantPolicies(PolicySet Policies, RecordValue Parameters);
