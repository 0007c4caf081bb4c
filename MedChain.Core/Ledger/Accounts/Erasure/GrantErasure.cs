using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>The grants of an account that is erased go with it, and their policies' texts unless another account's grant needs
/// them.</summary>
internal static class GrantErasure
{
    public static Digest[] PoliciesOf(LedgerState state, AccountId owner) =>
        [.. state.Scan<GrantEntry>(StateKey.GrantsOf(owner)).Select(g => g.Value.Policy).Distinct()];

    /// <summary>Removes the account's grants.</summary>
    /// <param name="state">The state.</param>
    /// <param name="owner">The account.</param>
    /// <param name="policies">What <see cref="PoliciesOf"/> gave; none to remove nothing.</param>
    /// <returns>The policies that nobody needs any more.</returns>
    public static IEnumerable<Digest> Erase(LedgerState state, AccountId owner, Digest[] policies)
    {
        if (policies.Length == 0)
        {
            return [];
        }

        foreach (KeyValuePair<ReadOnlyMemory<byte>, GrantEntry> grant in state.Scan<GrantEntry>(StateKey.GrantsOf(owner)).ToArray())
        {
            state.Remove(new StateKey(grant.Key));
            state.Remove(StateKey.Consent(owner, StateKey.SecondPart(grant.Key)));
        }

        HashSet<Digest> orphaned = [.. policies];
        foreach (KeyValuePair<ReadOnlyMemory<byte>, GrantEntry> grant in state.Scan<GrantEntry>(StateKey.Grants))
        {
            orphaned.Remove(grant.Value.Policy);
        }

        return policies.Where(orphaned.Contains);
    }
}
