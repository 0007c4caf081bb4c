namespace MedChain.Core.Storage.LiteDb;

/// <summary>Writes items to a database in the background, many in one transaction, and checkpoints now and then. Thread safe.</summary>
/// <typeparam name="T">The item.</typeparam>
internal sealed class LiteDbApplier<T> : IAsyncDisposable
{
    private const long MaxTransaction = 4 * 1024 * 1024;

    /// <summary>Less than this waits in memory until somebody asks for it to be written: only a checkpoint makes it durable anyway, and a
    /// transaction costs the same for one item as for many.</summary>
    private const long WorthWriting = 1024 * 1024;

    private readonly object _gate = new();
    private readonly LiteDbFile _file;
    private readonly LiteDbLimits _limits;
    private readonly Action<IReadOnlyList<T>> _apply;
    private readonly Action _checkpointed;
    private readonly Queue<(T Item, long Bytes)> _waiting = new();
    private readonly List<(long Position, bool Durable, TaskCompletionSource Done)> _waiters = [];
    private readonly Thread _thread;
    private long _waitingBytes;
    private long _accepted;
    private long _applied;
    private bool _closing;
    private bool _stopped;
    private bool _isDurable = true; // The thread's own.

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="file">The database.</param>
    /// <param name="limits">When to make callers wait and when to checkpoint.</param>
    /// <param name="apply">Writes some items, at least one, in one transaction.</param>
    /// <param name="checkpointed">Called when everything applied so far is durable.</param>
    public LiteDbApplier(string name, LiteDbFile file, LiteDbLimits limits, Action<IReadOnlyList<T>> apply, Action checkpointed)
    {
        (_file, _limits, _apply, _checkpointed) = (file, limits, apply, checkpointed);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Waits until there is room for another item.</summary>
    /// <exception cref="StorageException">The database has failed.</exception>
    public void WaitForRoom()
    {
        lock (_gate)
        {
            while (_waitingBytes >= _limits.MaxPending && !_stopped)
            {
                Monitor.Wait(_gate);
            }

            ThrowIfStopped();
        }
    }

    /// <summary>Accepts an item without waiting.</summary>
    /// <exception cref="StorageException">The database has failed.</exception>
    public void Enqueue(T item, long bytes)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            _waiting.Enqueue((item, bytes));
            _waitingBytes += bytes;
            _accepted++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything accepted so far is in the database.</summary>
    /// <param name="durable">Whether to wait until it survives a power loss.</param>
    /// <returns>Done when it is.</returns>
    /// <exception cref="StorageException">The database has failed.</exception>
    public Task WaitAsync(bool durable)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((_accepted, durable, done));
            Monitor.PulseAll(_gate);
            return done.Task;
        }
    }

    /// <summary>Makes everything accepted durable, unless the database has failed, and ends the thread.</summary>
    /// <returns>Done when the thread has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        await Task.Run(_thread.Join).ConfigureAwait(false);
    }

    private void ThrowIfStopped()
    {
        ObjectDisposedException.ThrowIf(_closing, this);
        if (_stopped)
        {
            StorageException failure = _file.Failure!;
            throw new StorageException(failure.Fault, failure.Message, failure);
        }
    }

    private void Run()
    {
        try
        {
            while (TakeBatch(out List<T> batch, out bool mustCheckpoint))
            {
                if (batch.Count > 0)
                {
                    _isDurable = false;
                    _apply(batch);
                    Applied(batch.Count);
                }

                if (!_isDurable && (mustCheckpoint || _file.LogLength >= _limits.MaxLog))
                {
                    _file.Checkpoint();
                    _isDurable = true;
                    _checkpointed();
                }

                CompleteWaiters();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Stop(e as StorageException ?? new StorageException(StorageFault.Unavailable, $"Writing '{_file.Path}' failed: {e.Message}", e));
        }
    }

    /// <summary>Waits for work.</summary>
    /// <returns>Whether there is some; not when closing and everything is durable.</returns>
    private bool TakeBatch(out List<T> batch, out bool mustCheckpoint)
    {
        batch = [];
        lock (_gate)
        {
            while (_waitingBytes < Math.Min(WorthWriting, _limits.MaxPending) && _waiters.Count == 0 && !_closing)
            {
                Monitor.Wait(_gate);
            }

            long bytes = 0;
            while (bytes < MaxTransaction && _waiting.TryDequeue(out (T Item, long Bytes) next))
            {
                batch.Add(next.Item);
                bytes += next.Bytes;
            }

            _waitingBytes -= bytes;
            Monitor.PulseAll(_gate);
            long position = _applied + batch.Count;
            mustCheckpoint = (_closing && _waiting.Count == 0) || _waiters.Exists(waiter => waiter.Durable && waiter.Position <= position);
            return batch.Count > 0 || _waiters.Count > 0 || !_isDurable;
        }
    }

    private void Applied(int count)
    {
        lock (_gate)
        {
            _applied += count;
        }
    }

    private void CompleteWaiters()
    {
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Position <= _applied && (_isDurable || !_waiters[i].Durable))
                {
                    _waiters[i].Done.SetResult();
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    private void Stop(StorageException cause)
    {
        _file.Fail(cause);
        lock (_gate)
        {
            _stopped = true;
            foreach ((_, _, TaskCompletionSource done) in _waiters)
            {
                done.SetException(new StorageException(cause.Fault, cause.Message, cause));
            }

            _waiters.Clear();
            Monitor.PulseAll(_gate);
        }
    }
}
