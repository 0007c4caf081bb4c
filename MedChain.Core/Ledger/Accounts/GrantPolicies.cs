using MedChain.Core.Contracts;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What a grant says, ready to be asked.</summary>
/// <param name="Policies">The compiled policies; those of a template are the same object for all grants.</param>
/// <param name="Parameters">The parameters of a template; none for a text of its own.</param>
/// <param name="Depth">Through how many hands it may be passed on.</param>
/// <param name="Until">The block time from which a passed-on grant no longer holds; 0 for one of the patient's own.</param>
internal sealed record GrantPolicies(PolicySet Policies, RecordValue Parameters, int Depth = 0, long Until = 0);
