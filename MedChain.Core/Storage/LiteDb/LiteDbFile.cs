using LiteDB;
using LiteDB.Engine;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>One LiteDB database with all calls behind one lock: LiteDB gives wrong bytes to readers beside a writer. Thread safe.</summary>
internal sealed class LiteDbFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LiteDbVolume _volume;
    private LiteEngine _engine;
    private bool _disposed;

    public LiteDbFile(string path, IDisk disk)
    {
        _volume = new LiteDbVolume(path, disk);
        try
        {
            _engine = OpenEngine();
            if (_volume.IsNew)
            {
                // Without this, LiteDB checkpoints by itself in the middle of a caller's commit.
                _engine.Pragma("CHECKPOINT", 0);
                _engine.Checkpoint();
                _volume.ThrowIfFailed();
                _volume.FinishCreation();
            }
            else if (_volume.MustCheckpoint)
            {
                _volume.RunCheckpoint(() => _engine.Checkpoint());
            }
        }
        catch (Exception e)
        {
            _engine?.Dispose();
            _volume.Dispose();
            throw e is StorageException ? e : Damaged("open it", e);
        }
    }

    public string Path => _volume.Path;

    /// <summary>Gets how many bytes the next checkpoint must move into the data file.</summary>
    public long LogLength => _volume.Log.Length;

    /// <summary>Gets the fault after which nothing is written.</summary>
    public StorageException? Failure => _volume.Failure;

    public T Read<T>(Func<LiteEngine, T> read)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                return read(_engine);
            }
            catch (Exception e)
            {
                // LiteDB closes itself over many errors; the other documents may still be readable.
                Reopen();
                throw e as StorageException ?? Damaged("read", e);
            }
        }
    }

    /// <summary>Runs some writes as one LiteDB transaction. Not durable before the next <see cref="Checkpoint"/>.</summary>
    public void Write(Action<LiteEngine> write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _volume.ThrowIfFailed();
            try
            {
                _engine.BeginTrans();
                write(_engine);
                _engine.Commit();
            }
            catch (Exception e)
            {
                StorageException fault = e as StorageException ?? Damaged("write", e);
                _volume.Fail(fault);
                Reopen();
                throw fault;
            }

            _volume.ThrowIfFailed();
        }
    }

    /// <summary>Makes all writes so far durable.</summary>
    public void Checkpoint()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                _volume.RunCheckpoint(() => _engine.Checkpoint());
            }
            catch (Exception e) when (e is not StorageException)
            {
                StorageException fault = Damaged("checkpoint", e);
                _volume.Fail(fault);
                Reopen();
                throw fault;
            }
        }
    }

    public void Fail(StorageException cause) => _volume.Fail(cause);

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _engine.Dispose();
                _volume.Dispose();
            }
        }
    }

    private LiteEngine OpenEngine() => new(new EngineSettings
    {
        DataStream = _volume.Data,
        LogStream = _volume.Log,
        TempStream = new MemoryStream(),
        Collation = Collation.Binary,
    });

    private void Reopen()
    {
        try
        {
            _engine.Dispose();
            _engine = OpenEngine();
        }
        catch (Exception e) when (e is not StorageException)
        {
            _volume.Fail(Damaged("open it again", e));
        }
    }

    private StorageException Damaged(string action, Exception cause) => new(
        StorageFault.Corrupt,
        $"LiteDB cannot {action}: '{_volume.Path}' is damaged ({cause.GetType().Name}: {cause.Message}). "
        + "Restore it, or move it away to sync again.",
        cause);
}
