namespace MedChain.Core.Consensus;

/// <summary>Receives the state after a later block in chunks of any origin. Used by one thread at a time, beside the state machine, which
/// goes on until <see cref="CompleteAsync"/>.</summary>
public interface IStateRestore
{
    /// <summary>Gets the number of chunks, as the manifest has it.</summary>
    int ChunkCount { get; }

    /// <summary>Takes a chunk.</summary>
    /// <param name="index">From 0, below <see cref="ChunkCount"/>.</param>
    /// <param name="chunk">Bytes from a peer.</param>
    /// <returns>Whether it is that chunk of that state; <see langword="false"/> changes nothing.</returns>
    bool TryAdd(int index, ReadOnlyMemory<byte> chunk);

    /// <summary>Puts the received state in the place of the machine's own, and makes it durable. All chunks are there, no block is being
    /// executed, and the blocks up to the state's are no longer stored.</summary>
    /// <param name="cancellationToken">Set when the host stops: the old state may stay, the transfer then begins again.</param>
    /// <returns>Done when <see cref="IStateMachine.Height"/> is the state's.</returns>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
