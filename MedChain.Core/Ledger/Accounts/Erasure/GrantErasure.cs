using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>The grants and revocations of an account that is erased go with it, and what they say, unless another account's grant needs
/// it.</summary>
internal static class GrantErasure
{
    public static Digest[] PoliciesOf(LedgerState state, AccountId owner) =>
    [
        .. state.Scan<GrantVersion>(StateKey.GrantVersionsOf(owner)).Select(v => v.Value.Policy)
            .Concat(state.Scan<RevocationEntry>(StateKey.RevocationsOf(owner)).Select(r => r.Value.Document))
            .Distinct(),
    ];

    /// <summary>Removes the account's grants and revocations.</summary>
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

        foreach ((ReadOnlyMemory<byte> grant, _) in state.Tree.Scan(StateKey.GrantsOf(owner).Bytes).ToArray())
        {
            state.Remove(StateKey.Consent(owner, StateKey.SecondPart(grant)));
        }

        StateKey[] tables = [StateKey.GrantsOf(owner), StateKey.GrantVersionsOf(owner), StateKey.RevocationsOf(owner)];
        foreach (KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> entry in
            tables.SelectMany(table => state.Tree.Scan(table.Bytes)).ToArray())
        {
            state.Remove(new StateKey(entry.Key));
        }

        HashSet<Digest> orphaned = [.. policies];
        foreach (KeyValuePair<ReadOnlyMemory<byte>, GrantVersion> version in state.Scan<GrantVersion>(StateKey.GrantVersions))
        {
            orphaned.Remove(version.Value.Policy);
        }

        return policies.Where(orphaned.Contains);
    }
}
