using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Reads single entries of a chain's state in each <see cref="ReadMode"/>.</summary>
internal sealed class StateReader(HostedChain chain, ChainClient client)
{
    /// <summary>Reads an entry.</summary>
    /// <exception cref="InvalidOperationException">An ordered read found all validators of this process stopped, or the client's account
    /// was refused.</exception>
    public async Task<StateReading<T>> ReadAsync<T>(StateKey key, ReadMode mode, CancellationToken cancellationToken)
        where T : class, ICanonical<T>
    {
        if (mode == ReadMode.Local)
        {
            LedgerSnapshot furthest = chain.Validators.Select(v => v.Machine.Current).MaxBy(s => s.Height.Value)!;
            return new StateReading<T>(furthest.Read().Get<T>(key), furthest.Height, null);
        }

        SealedState? state = mode == ReadMode.Ordered ? await OrderAsync(cancellationToken).ConfigureAwait(false) : chain.Sealed;
        return state is null
            ? new StateReading<T>(null, default, null)
            : new StateReading<T>(state.Snapshot.Read().Get<T>(key), state.Height, state.Prove(key));
    }

    /// <summary>Waits for a sealed state that holds a place taken in the order after the call.</summary>
    private async Task<SealedState> OrderAsync(CancellationToken cancellationToken)
    {
        CommittedTransaction mark = await client.SendAsync(new MarkOrder(), [], cancellationToken).ConfigureAwait(false);
        if (mark.Receipt.Status != ReceiptStatus.Applied)
        {
            throw new InvalidOperationException($"Chain '{chain.Genesis.Name}' does not order the read: {mark.Receipt.Reason}");
        }

        while (true)
        {
            Task next = chain.NextSeal();
            if (chain.Sealed is { } state && state.Height >= mark.Height)
            {
                return state;
            }

            chain.ThrowIfStopped();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>An entry as it was at a height.</summary>
/// <param name="Value">The entry; <see langword="null"/> when there was none.</param>
/// <param name="Height">The height of the state it was read from.</param>
/// <param name="Proof">The proof; <see langword="null"/> for a local read and for an entry that is not there.</param>
internal sealed record StateReading<T>(T? Value, BlockHeight Height, ChainProof? Proof)
    where T : class;
