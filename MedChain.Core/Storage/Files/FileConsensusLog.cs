using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Files;

/// <summary>The write-ahead log in a folder of append-only files, shared by all validators of a process. Thread safe.</summary>
/// <remarks>One thread writes. Everything that waits when it starts becomes one group: one write and one flush. When a write or flush
/// fails, nobody can know what reached the medium, so the log fails for good.</remarks>
public sealed class FileConsensusLog : IConsensusLog
{
    private const long DefaultSegmentSize = 64 * 1024 * 1024;
    private const long MaxGroup = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LogStream> _streams;
    private readonly string? _damage;
    private readonly LogSegmentWriter? _writer;
    private readonly Queue<PendingAppend> _pending = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread? _thread;
    private StorageException? _failure;
    private bool _trimmed;
    private bool _closing;
    private int _lastStream;

    /// <summary>Opens or creates a log, cuts a torn tail and reads what it holds.</summary>
    /// <param name="folder">A folder of its own; created when it is missing.</param>
    /// <exception cref="StorageException">The folder cannot be read or written, is open elsewhere, or has an unknown format. Damaged
    /// records are no exception: <see cref="Open"/> reports them.</exception>
    public FileConsensusLog(string folder)
        : this(folder, Disk.Physical, DefaultSegmentSize)
    {
    }

    internal FileConsensusLog(string folder, IDisk disk, long segmentSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        disk.CreateFolder(folder);
        IDiskFile lockFile = disk.Open(Path.Combine(folder, "votes.lock"));
        try
        {
            var recovery = new LogRecovery(disk, folder);
            _streams = recovery.Streams;
            _damage = recovery.Damage;
            _lastStream = _streams.Values.Select(stream => stream.Number).DefaultIfEmpty().Max();
            if (_damage is null)
            {
                _writer = new LogSegmentWriter(disk, folder, lockFile, recovery, segmentSize);
                _thread = new Thread(WriteLoop) { IsBackground = true, Name = "MedChain consensus log" };
                _thread.Start();
            }
        }
        finally
        {
            if (_writer is null)
            {
                lockFile.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public LogContents Open(string stream)
    {
        LogRules.RequireStreamName(stream);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            if (!_streams.TryGetValue(stream, out LogStream? found))
            {
                _streams.Add(stream, found = new LogStream(++_lastStream, stream));
            }

            if (found.IsOpen)
            {
                throw new InvalidOperationException($"The stream '{stream}' is open already.");
            }

            found.IsOpen = true;
            return new LogContents(found.TakeRecovered(), _damage ?? found.Damage);
        }
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(string stream, IReadOnlyList<LogRecord> records)
    {
        LogRules.RequireRecords(records);
        var append = default(PendingAppend);
        lock (_gate)
        {
            LogStream target = OpenStream(stream);
            if ((_damage ?? target.Damage) is { } damage)
            {
                throw new StorageException(
                    StorageFault.Corrupt,
                    $"The stream '{stream}' accepts nothing, because its log is damaged: {damage} "
                    + "Start the validator with a new key and log.");
            }

            if (_failure is not null)
            {
                throw new StorageException(_failure.Fault, _failure.Message, _failure);
            }

            append = new PendingAppend(target, records, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _pending.Enqueue(append);
        }

        _work.Release();
        return new ValueTask(append.Done.Task);
    }

    /// <inheritdoc/>
    public void Trim(string stream, SlotNumber slot)
    {
        lock (_gate)
        {
            LogStream target = OpenStream(stream);
            if (slot <= target.Trimmed || target.Damage is not null || _damage is not null)
            {
                return;
            }

            target.Trimmed = slot;
            _trimmed = true;
        }

        _work.Release();
    }

    /// <summary>Writes what waits, and closes the files.</summary>
    /// <returns>Done when all files are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
        }

        _work.Release();
        if (_thread is not null)
        {
            await Task.Run(_thread.Join).ConfigureAwait(false);
        }

        _writer?.Dispose();
        _work.Dispose();
    }

    private LogStream OpenStream(string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(_closing, this);
        return _streams.TryGetValue(stream, out LogStream? found) && found.IsOpen
            ? found
            : throw new InvalidOperationException($"The stream '{stream}' is not open: call Open first.");
    }

    private void WriteLoop()
    {
        var group = new List<PendingAppend>();
        while (true)
        {
            _work.Wait();
            bool trim;
            LogStream[] streams;
            lock (_gate)
            {
                TakeGroup(group);
                (trim, _trimmed) = (_trimmed, false);
                streams = _writer!.MustRotate ? [.. _streams.Values] : [];
                if (group.Count == 0 && !trim && _closing)
                {
                    return;
                }
            }

            try
            {
                Write(group, streams, trim);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                var unexpected = new StorageException(StorageFault.Unavailable, $"The log's writer failed: {e.Message}", e);
                Fail(group, e as StorageException ?? unexpected);
            }
        }
    }

    private void TakeGroup(List<PendingAppend> group)
    {
        group.Clear();
        long bytes = 0;
        while (bytes < MaxGroup && _pending.TryDequeue(out PendingAppend append))
        {
            group.Add(append);
            for (int i = 0; i < append.Records.Count; i++)
            {
                bytes += append.Records[i].Payload.Length;
            }
        }
    }

    private void Write(List<PendingAppend> group, LogStream[] streams, bool trim)
    {
        if (group.Count > 0)
        {
            _writer!.Write(group, streams);
            foreach (PendingAppend append in group)
            {
                append.Done.SetResult();
            }
        }

        if (trim)
        {
            _writer!.DropTrimmed(_gate);
        }
    }

    private void Fail(List<PendingAppend> group, StorageException cause)
    {
        lock (_gate)
        {
            _failure ??= new StorageException(
                cause.Fault,
                $"{cause.Message} The consensus log accepts nothing more: stop the validators, mend the disk, start again.",
                cause);
            group.AddRange(_pending);
            _pending.Clear();
        }

        foreach (PendingAppend append in group)
        {
            append.Done.TrySetException(_failure);
        }
    }
}
