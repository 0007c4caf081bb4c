using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Reads from the last sealed state how far an erasure is.</summary>
internal sealed class ErasureReader(HostedChain chain)
{
    /// <summary>The report; <see langword="null"/> for an order that is not on the chain.</summary>
    public ErasureReport? TryRead(Digest order) =>
        chain.Sealed is { } state && state.Snapshot.Read().Get<ErasureEntry>(StateKey.Erasure(order)) is { } entry
            ? new ErasureReport(
                order,
                DateTimeOffset.FromUnixTimeMilliseconds(entry.Time),
                DateTimeOffset.FromUnixTimeMilliseconds(entry.Deadline),
                [.. entry.Records.Select(record => Read(state, entry, record))])
            : null;

    /// <summary>Waits until every record of an order is erased.</summary>
    /// <exception cref="InvalidOperationException">All validators in this process have stopped.</exception>
    public async Task<ErasureReport> UntilErasedAsync(Digest order, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next = chain.NextSeal();
            if (TryRead(order) is { IsErased: true } report)
            {
                return report;
            }

            chain.ThrowIfStopped();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ErasedRecord Read(SealedState state, ErasureEntry order, Digest record)
    {
        LedgerState entries = state.Snapshot.Read();
        StateKey key = StateKey.Custody(order.Owner, record);
        CustodyEntry custody = entries.Get<CustodyEntry>(key)!;
        ImmutableArray<Validator> custodians =
            ValidatorRules.Of(entries, chain.Genesis, custody.Epoch) is { } validators ? validators.Members : [];
        ImmutableArray<PublicKey> silent = [.. custodians.Where((_, i) => !custody.HasConfirmed(i)).Select(c => c.OperatorKey)];
        return new ErasedRecord(
            record,
            entries.Get<RecordEntry>(StateKey.Record(order.Owner, record))!.Status,
            [.. custodians.Where((_, i) => custody.HasConfirmed(i)).Select(c => c.OperatorKey)],
            silent,
            silent.Length > 0 && state.Header.Time > order.Deadline,
            state.Prove(key));
    }
}
