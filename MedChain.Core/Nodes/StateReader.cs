using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;
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
        ReadableState state = await OpenAsync(mode, cancellationToken).ConfigureAwait(false);
        return new StateReading<T>(state.Snapshot.Read().Get<T>(key), state.Snapshot.Height, state.Sealed?.Prove(key));
    }

    /// <summary>The state to read from, for whoever reads more than one entry.</summary>
    /// <exception cref="InvalidOperationException">An ordered read found all validators of this process stopped, or the client's account
    /// was refused.</exception>
    public async Task<ReadableState> OpenAsync(ReadMode mode, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "There are three modes: Local, Proved, Ordered.");
        }

        if (mode == ReadMode.Local)
        {
            LedgerValidator furthest = chain.Validators.MaxBy(v => v.Machine.Current.Height.Value)!;
            LedgerSnapshot current = furthest.Machine.Current;
            return new ReadableState(current, TimeOf(furthest, current), null);
        }

        SealedState? state = mode == ReadMode.Ordered ? await OrderAsync(cancellationToken).ConfigureAwait(false) : chain.Sealed;
        return state is null
            ? new ReadableState(new LedgerSnapshot(default, 0, StateTree.Empty), 0, null)
            : new ReadableState(state.Snapshot, state.Header.Time, state);
    }

    /// <summary>A snapshot from a store does not know its block's time.</summary>
    private static long TimeOf(LedgerValidator validator, LedgerSnapshot snapshot) =>
        snapshot.Time == 0 && validator.Options.BlockStore.TryRead(snapshot.Height) is { } block
            ? Canonical.Decode<BlockHeader>(block.Header).Time
            : snapshot.Time;

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

/// <summary>A state to read from.</summary>
/// <param name="Snapshot">The state; empty at height 0 when nothing was sealed yet.</param>
/// <param name="Time">The time of its block in milliseconds since the Unix epoch.</param>
/// <param name="Sealed">What proofs are made from; <see langword="null"/> for a local read.</param>
internal sealed record ReadableState(LedgerSnapshot Snapshot, long Time, SealedState? Sealed);
