using MedChain.Core.Clients;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;

namespace MedChain.Core;

/// <summary>Sends what a validator's operator decides.</summary>
internal static class OperatorTransactions
{
    public static async Task SendAsync(LedgerValidator validator, Command command, CancellationToken cancellationToken)
    {
        using var client = new ChainClient(
            validator.Genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        RefusedException.ThrowIfNotApplied(await client.SendAsync(command, [], cancellationToken).ConfigureAwait(false));
    }
}
