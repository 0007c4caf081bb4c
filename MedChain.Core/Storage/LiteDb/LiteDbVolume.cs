using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>The files under one LiteDB database: data, log, page sums and mark. They make LiteDB's checkpoints atomic on any disk and keep
/// damaged pages from it.</summary>
/// <remarks> LiteDB acknowledges a commit before it is durable and overwrites its data file in place when it checkpoints. So only
/// checkpoints count here: the data file is written during a checkpoint only, after the log is durable and the mark says so with the log's
/// length, and the log is emptied only after the data is durable and the mark says idle. Opening finds the mark idle and empties the log,
/// or finds a checkpoint in progress and has LiteDB do it again from the recorded length.
/// </remarks>
internal sealed class LiteDbVolume : IDisposable
{
    // A database that was never marked holds a few empty pages. A larger one has lost its mark and is not deleted.
    private const long MaxUnfinishedCreation = 16 * LiteDbStream.PageSize;

    private readonly IDisk _disk;
    private readonly LiteDbMark _mark;
    private readonly LiteDbPageSums _sums;
    private bool _writable;
    private StorageException? _failure;

    public LiteDbVolume(string path, IDisk disk)
    {
        _disk = disk;
        Path = System.IO.Path.GetFullPath(path);
        Folder = System.IO.Path.GetDirectoryName(Path) ?? throw new ArgumentException($"'{path}' is no file name.", nameof(path));
        disk.CreateFolder(Folder);
        IDiskFile data = disk.Open(Path);
        IDiskFile? log = null;
        try
        {
            log = disk.Open(Path + "-log");
            _sums = new LiteDbPageSums(disk.Open(Path + "-sums"));
            _mark = new LiteDbMark(disk, Path + "-mark");
            Recover(data, log);
        }
        catch
        {
            data.Dispose();
            log?.Dispose();
            _sums?.Dispose();
            throw;
        }

        Data = new LiteDbStream(data, this);
        Log = new LiteDbStream(log, this);
    }

    public string Path { get; }

    public string Folder { get; }

    public LiteDbStream Data { get; }

    public LiteDbStream Log { get; }

    /// <summary>Gets whether there was no database: write the first pages, then call <see cref="FinishCreation"/>.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Gets whether the last checkpoint did not end: checkpoint before anything else.</summary>
    public bool MustCheckpoint { get; private set; }

    /// <summary>Gets the first fault. Nothing is written any more after it.</summary>
    public StorageException? Failure => Volatile.Read(ref _failure);

    /// <summary>Runs a checkpoint of LiteDB, in which it may write the data file.</summary>
    /// <exception cref="StorageException">It failed; the files are as a power loss would leave them.</exception>
    public void RunCheckpoint(Action checkpoint)
    {
        ThrowIfFailed();
        _writable = true;
        try
        {
            checkpoint();
        }
        finally
        {
            _writable = false;
        }

        ThrowIfFailed();
        MustCheckpoint = false;
    }

    public void FinishCreation()
    {
        Data.File.Flush();
        Log.File.Flush();
        _sums.Save();
        _disk.FlushFolder(Folder);
        _mark.Write(null);
        IsNew = false;
    }

    /// <summary>Called before each page that LiteDB writes.</summary>
    public void PrepareWriteFor(LiteDbStream stream)
    {
        if (stream != Data || IsNew)
        {
            return;
        }

        if (!_writable)
        {
            throw new StorageException(
                StorageFault.Corrupt, $"LiteDB found '{Path}' damaged and wanted to mark it. Restore it, or move it away to sync again.");
        }

        if (_mark.LogLength is null)
        {
            Log.File.Flush();
            _mark.Write(Log.Length);
        }
    }

    /// <summary>Called after each page that LiteDB wrote.</summary>
    public void NoteWriteFor(LiteDbStream stream, ReadOnlySpan<byte> page)
    {
        if (stream == Data)
        {
            _sums.Set(stream.Position / LiteDbStream.PageSize, page);
        }
    }

    /// <summary>Called after each page that was read for LiteDB. In an unfinished checkpoint pages may be torn; the log has them
    /// whole.</summary>
    /// <exception cref="StorageException">The page is damaged.</exception>
    public void CheckReadFor(LiteDbStream stream, ReadOnlySpan<byte> page)
    {
        if (stream == Data && !MustCheckpoint && !_sums.Matches(stream.Position / LiteDbStream.PageSize, page))
        {
            throw Corrupt($"the page at byte {stream.Position} is not what was written");
        }
    }

    /// <summary>Called for LiteDB's flushes. Those of the log protect nothing here, as only checkpoints count.</summary>
    public void FlushFor(LiteDbStream stream)
    {
        if (stream == Data)
        {
            Data.File.Flush();
        }
    }

    /// <summary>Called when LiteDB empties its log after a checkpoint.</summary>
    public void SetLengthFor(LiteDbStream stream, long length)
    {
        if (stream == Log && _mark.LogLength is not null)
        {
            Data.File.Flush();
            _sums.Save();
            _mark.Write(null);
        }

        stream.File.SetLength(length);
    }

    public void Attempt(Action operation)
    {
        try
        {
            operation();
        }
        catch (StorageException e)
        {
            Fail(e);
        }
    }

    public void Fail(StorageException cause) => Interlocked.CompareExchange(
        ref _failure,
        new StorageException(cause.Fault, $"{cause.Message} '{Path}' accepts nothing more until it is opened again; reads go on.", cause),
        null);

    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
        {
            throw new StorageException(failure.Fault, failure.Message, failure);
        }
    }

    public void Dispose()
    {
        Data.File.Dispose();
        Log.File.Dispose();
        _sums.Dispose();
    }

    private void Recover(IDiskFile data, IDiskFile log)
    {
        if (!_mark.Exists)
        {
            if (data.Length > MaxUnfinishedCreation)
            {
                throw Corrupt($"its file '{Path}-mark' is missing");
            }

            data.SetLength(0);
            log.SetLength(0);
            _sums.Create();
            IsNew = true;
            return;
        }

        MustCheckpoint = _mark.LogLength is not null;
        long kept = _mark.LogLength ?? 0;
        if (log.Length < kept)
        {
            throw Corrupt($"its log has {log.Length} bytes where {kept} were durable");
        }

        long pages = data.Length - data.Length % LiteDbStream.PageSize;
        if (pages == 0 || (pages != data.Length && !MustCheckpoint))
        {
            throw Corrupt($"it has {data.Length} bytes, which is no number of whole pages");
        }

        // In an unfinished checkpoint the sums of its new pages may be missing; they are made again with it.
        if (!_sums.TryLoad(MustCheckpoint ? 0 : pages / LiteDbStream.PageSize))
        {
            throw Corrupt($"its file '{Path}-sums' is missing or damaged");
        }

        data.SetLength(pages);
        log.SetLength(kept);
        log.Flush();
    }

    private StorageException Corrupt(string what) =>
        new(StorageFault.Corrupt, $"The database '{Path}' is damaged: {what}. Restore it from a backup, or move it away to sync again.");
}
