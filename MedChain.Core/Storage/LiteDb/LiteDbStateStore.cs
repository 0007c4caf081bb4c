using MedChain.Core.Primitives;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>The state of one validator in a LiteDB file: write sets of blocks behind a snapshot. Thread safe.</summary>
/// <remarks>Written in the background. When the write sets since the last snapshot outgrow it, the next snapshot is merged from both.
/// After a power loss <see cref="Load"/> gives the state at the last checkpoint, whole.</remarks>
public sealed class LiteDbStateStore : IStateStore
{
    private readonly Lock _gate = new();

    // Between a reader and the writer that replaces write sets by a snapshot; held longer than callers of Apply may wait.
    private readonly Lock _content = new();
    private readonly LiteDbFile _file;
    private readonly LiteDbTable _writeSets;
    private readonly LiteDbSnapshots _snapshots;
    private readonly LiteDbLimits _limits;
    private readonly LiteDbApplier<WriteSet> _applier;
    private BlockHeight _head;
    private long _writeSetBytes;

    /// <summary>Opens or creates a store.</summary>
    /// <param name="path">The data file; three more files get its name with "-log", "-sums" and "-mark". The folder is created when it is
    /// missing.</param>
    /// <exception cref="StorageException">The file is open elsewhere, damaged, of an unknown format, or cannot be read or
    /// written.</exception>
    public LiteDbStateStore(string path)
        : this(path, Disk.Physical, LiteDbLimits.Default)
    {
    }

    internal LiteDbStateStore(string path, IDisk disk, LiteDbLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _limits = limits;
        _file = new LiteDbFile(path, disk);
        _writeSets = new LiteDbTable("writes", _file);
        try
        {
            _snapshots = new LiteDbSnapshots(_file);
            _head = new BlockHeight(Math.Max(_snapshots.Height.Value, _writeSets.LastNumber()));
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        _applier = new LiteDbApplier<WriteSet>("MedChain state", _file, limits, ApplyWriteSets, static () => { });
    }

    /// <inheritdoc/>
    public StateImage Load()
    {
        // After a failure there is nothing to wait for: what was written before it is still read.
        if (_file.Failure is null)
        {
            _applier.WaitAsync(durable: false).GetAwaiter().GetResult();
        }

        lock (_content)
        {
            var entries = new StateEntries();
            (BlockHeight height, Digest root) = (_snapshots.Height, _snapshots.Root);
            _snapshots.ReadInto(entries);
            _writeSetBytes = 0;
            foreach (WriteSet writes in ReadWriteSets())
            {
                if (writes.Height != height.Next)
                {
                    throw _writeSets.Damaged(writes.Height.Value, $"The writes of block {height.Next} are missing.");
                }

                foreach (StateChange change in writes.Changes)
                {
                    entries.Set(change.Key, change.Value);
                }

                (height, root) = (writes.Height, writes.Root);
                _writeSetBytes += writes.Size;
            }

            return new StateImage(height, root, entries.ToList());
        }
    }

    /// <inheritdoc/>
    public void Apply(BlockHeight height, Digest root, IReadOnlyList<StateChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var writes = new WriteSet(height, root, changes);
        if (writes.Size > LiteDbTable.MaxValue)
        {
            throw new ArgumentException(
                $"Block {height} writes {writes.Size} bytes; the limit is {LiteDbTable.MaxValue}.", nameof(changes));
        }

        _applier.WaitForRoom();
        lock (_gate)
        {
            if (height != _head.Next)
            {
                throw new ArgumentException($"Height {height} does not follow {_head}: apply {_head.Next}.", nameof(height));
            }

            _applier.Enqueue(writes, writes.Size);
            _head = height;
        }
    }

    /// <inheritdoc/>
    public async ValueTask ReplaceAsync(StateImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        await _applier.WaitAsync(durable: false).WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_content)
        {
            // The write sets go first: those above the image's height would be read as changes to it. What is left meanwhile, the last
            // snapshot, is a state that was stored before.
            _writeSets.DeleteBelow(_writeSets.LastNumber() + 1);
            _writeSetBytes = 0;
            _snapshots.Replace(image);
            _snapshots.DeleteOld();
            _file.Checkpoint();
        }

        lock (_gate)
        {
            _head = image.Height;
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await _applier.WaitAsync(durable: true).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Makes everything durable and closes the file. After a failure it only closes.</summary>
    /// <returns>Done when the file is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _applier.DisposeAsync().ConfigureAwait(false);
        _file.Dispose();
    }

    private IEnumerable<WriteSet> ReadWriteSets()
    {
        foreach (long number in _writeSets.Numbers(_snapshots.Height.Value + 1))
        {
            ReadOnlyMemory<byte> value = _writeSets.TryRead(number) ?? throw _writeSets.Damaged(number, "The writes are missing.");
            foreach (WriteSet writes in WriteSet.ReadAll(value))
            {
                yield return writes;
            }
        }
    }

    /// <summary>Writes the sets of one transaction as one document, under the height of the last one.</summary>
    private void ApplyWriteSets(IReadOnlyList<WriteSet> sets)
    {
        foreach (IReadOnlyList<WriteSet> document in Documents(sets))
        {
            byte[] value = WriteSet.Pack(document, LiteDbTable.ChecksumSize);
            _file.Write(engine => _writeSets.Write(engine, document[^1].Height.Value, value));
        }

        lock (_content)
        {
            _writeSetBytes += sets.Sum(writes => writes.Size);
            if (_writeSetBytes >= Math.Max(_limits.MaxWriteSets, Math.Min(_snapshots.Size, 4 * _limits.MaxWriteSets)))
            {
                _snapshots.Replace([.. ReadWriteSets()]);
                _snapshots.DeleteOld();
                _writeSets.DeleteBelow(_snapshots.Height.Value + 1);
                _writeSetBytes = 0;
            }
        }
    }

    // A transaction is at most one large set and some small ones, so two documents hold everything.
    private static IEnumerable<IReadOnlyList<WriteSet>> Documents(IReadOnlyList<WriteSet> sets)
    {
        if (sets.Count > 1 && sets.Sum(writes => writes.Size) > LiteDbTable.PartSize)
        {
            yield return [.. sets.SkipLast(1)];
            yield return [sets[^1]];
        }
        else
        {
            yield return sets;
        }
    }
}
