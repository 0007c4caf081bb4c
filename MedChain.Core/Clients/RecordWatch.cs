using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Waits until a sealed block says something of a patient's record.</summary>
internal sealed class RecordWatch(HostedChain chain, AccountId owner)
{
    /// <summary>Waits until a quorum of custodians keeps the record's key.</summary>
    /// <exception cref="RefusedException">A custodian showed that its share is wrong.</exception>
    /// <exception cref="InvalidOperationException">All validators in this process have stopped.</exception>
    public async Task UntilAcceptedAsync(Digest record, CancellationToken cancellationToken)
    {
        RecordEntry entry = await UntilAsync(record, e => e.Status != RecordStatus.Dealt, cancellationToken).ConfigureAwait(false);
        if (entry.Status == RecordStatus.Rejected)
        {
            throw RefusedException.Because($"A custodian of record {record} showed that the share dealt to it is wrong; store it anew.");
        }
    }

    /// <summary>Waits for a condition.</summary>
    /// <exception cref="InvalidOperationException">All validators in this process have stopped.</exception>
    public async Task<RecordEntry> UntilAsync(Digest record, Func<RecordEntry, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next = chain.NextSeal();
            if (chain.Sealed?.Snapshot.Read().Get<RecordEntry>(StateKey.Record(owner, record)) is { } entry && condition(entry))
            {
                return entry;
            }

            chain.ThrowIfStopped();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
