using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What the administrators of both kinds of chain do. Doing it twice changes nothing.</summary>
internal static class Registration
{
    public static async Task RegisterAsync(
        HostedChain chain,
        ChainClient administrator,
        AccountKind kind,
        HolderKeys keys,
        IEnumerable<string> roles,
        CancellationToken cancellationToken)
    {
        AccountId account = KeyHolder.Of(chain.Read(), chain.Genesis.Chain, keys.Signing.PublicKey);
        if (chain.Read().Get<AccountEntry>(StateKey.Account(account)) is not null)
        {
            return;
        }

        var entry = new AccountEntry(
            kind, keys.Signing.PublicKey, keys.Agreement.PublicKey, [.. roles.Distinct().Order(StringComparer.Ordinal)]);
        if (entry.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(roles));
        }

        RefusedException.ThrowIfNotApplied(
            await administrator.SendAsync(new RegisterAccount(entry), [], cancellationToken).ConfigureAwait(false));
    }

    public static async Task AnchorAsync(
        HostedChain chain, ChainClient administrator, Genesis other, CancellationToken cancellationToken)
    {
        if (chain.Read().Get<Anchor>(StateKey.Anchor(other.Chain)) is null)
        {
            RefusedException.ThrowIfNotApplied(
                await administrator.SendAsync(new AnchorChain(other), [], cancellationToken).ConfigureAwait(false));
        }
    }
}
