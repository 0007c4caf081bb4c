using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a chain says about an account.</summary>
/// <param name="Account">The account asked for.</param>
/// <param name="Height">The height of the state that was read; 0 when nothing was sealed yet.</param>
/// <param name="Kind">What the holder is; <see langword="null"/> when the chain has no such account.</param>
/// <param name="Roles">The roles that the administrator vouches for, in ordinal order.</param>
/// <param name="Proof">The proof of the entry; <see langword="null"/> for <see cref="ReadMode.Local"/>, and when there is no such
/// account: that nothing is there is not proved.</param>
public sealed record AccountReading(
    AccountId Account, BlockHeight Height, AccountKind? Kind, IReadOnlyList<string> Roles, ChainProof? Proof)
{
    internal static async Task<AccountReading> ReadAsync(
        StateReader reader, AccountId account, ReadMode mode, CancellationToken cancellationToken)
    {
        StateReading<AccountEntry> read =
            await reader.ReadAsync<AccountEntry>(StateKey.Account(account), mode, cancellationToken).ConfigureAwait(false);
        return new AccountReading(account, read.Height, read.Value?.Kind, read.Value?.Roles ?? [], read.Proof);
    }
}
