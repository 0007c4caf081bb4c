using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>The persistent copy of one validator's state: a write set for each block and a snapshot now and then. Thread safe.</summary>
/// <remarks>It may lag behind the blocks after a crash: the missing blocks are executed again.</remarks>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Reads the last state that is complete.</summary>
    /// <returns>The image; empty, at height 0, for a new store.</returns>
    /// <exception cref="StorageException">The stored bytes are damaged.</exception>
    StateImage Load();

    /// <summary>Adds the writes of one block, all or none.</summary>
    /// <param name="height">One above the last applied height.</param>
    /// <param name="root">Root of the state after the block.</param>
    /// <param name="changes">The writes; a key occurs once.</param>
    /// <exception cref="ArgumentException"><paramref name="height"/> is not the next one.</exception>
    /// <exception cref="StorageException">The store has failed; it accepts nothing more.</exception>
    void Apply(BlockHeight height, Digest root, IReadOnlyList<StateChange> changes);

    /// <summary>Puts another state in the place of all there is, all or nothing. A crash on the way leaves the new state, or one that was
    /// stored before.</summary>
    /// <param name="image">The state, at any height; a key occurs once.</param>
    /// <param name="cancellationToken">Observed before anything is written.</param>
    /// <returns>Done when the state survives a power loss.</returns>
    /// <exception cref="StorageException">The store has failed; it accepts nothing more.</exception>
    /// <remarks>Not to be called beside <see cref="Apply"/>.</remarks>
    ValueTask ReplaceAsync(StateImage image, CancellationToken cancellationToken);

    /// <summary>Makes everything applied so far durable.</summary>
    /// <param name="cancellationToken">Stops waiting, not the work.</param>
    /// <returns>Done when it is.</returns>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}
