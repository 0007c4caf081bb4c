using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Memory;

/// <summary>The state of one validator in memory, for tests, simulations and networks that keep nothing. Thread safe.</summary>
/// <remarks>Disposing changes nothing, so that the same object can serve a validator that is started again.</remarks>
public sealed class MemoryStateStore : IStateStore
{
    private readonly Lock _gate = new();
    private StateEntries _entries = new();
    private BlockHeight _height;
    private Digest _root;

    /// <inheritdoc/>
    public StateImage Load()
    {
        lock (_gate)
        {
            return new StateImage(_height, _root, _entries.ToList());
        }
    }

    /// <inheritdoc/>
    public void Apply(BlockHeight height, Digest root, IReadOnlyList<StateChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (_gate)
        {
            if (height != _height.Next)
            {
                throw new ArgumentException($"Height {height} does not follow {_height}: apply {_height.Next}.", nameof(height));
            }

            for (int i = 0; i < changes.Count; i++)
            {
                StateChange change = changes[i];
                // The cast matters: a bare null converts to an empty value, not to none.
                ReadOnlyMemory<byte>? value = change.Value is { } present ? present.ToArray() : (ReadOnlyMemory<byte>?)null;
                _entries.Set(change.Key.ToArray(), value);
            }

            (_height, _root) = (height, root);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReplaceAsync(StateImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        cancellationToken.ThrowIfCancellationRequested();
        var entries = new StateEntries();
        foreach (KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> entry in image.Entries)
        {
            entries.Set(entry.Key.ToArray(), entry.Value.ToArray());
        }

        lock (_gate)
        {
            (_entries, _height, _root) = (entries, image.Height, image.Root);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
