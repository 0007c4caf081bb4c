using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Tests.Storage;

/// <summary>What a power loss does to the writes after the last flush of a file.</summary>
public enum PowerLoss
{
    /// <summary>None of them reached the medium.</summary>
    DropsAll,

    /// <summary>Some first ones did, the last of them in part.</summary>
    Tears,

    /// <summary>Any sectors of them did, in any order.</summary>
    Reorders,
}

/// <summary>A disk in memory that forgets what was not flushed, and fails on demand.</summary>
internal sealed class SimulatedDisk : IDisk
{
    private readonly object _gate = new();
    private readonly Dictionary<string, SimulatedFile> _names = [];
    private readonly Dictionary<string, SimulatedFile> _durableNames = [];
    private readonly List<(string Folder, string Path, SimulatedFile? File, string? RemovedPath)> _nameChanges = [];
    private int _operations;

    /// <summary>Gets or sets after how many changing operations the power fails.</summary>
    public int OperationsUntilPowerLoss { get; set; } = int.MaxValue;

    /// <summary>Gets or sets whether writes fail as on a full disk.</summary>
    public bool IsFull { get; set; }

    /// <summary>Gets or sets whether flushes fail.</summary>
    public bool FlushFails { get; set; }

    public int FileFlushes { get; private set; }

    public int FolderFlushes { get; private set; }

    public int Operations => Volatile.Read(ref _operations);

    public void CreateFolder(string path)
    {
    }

    public IDiskFile Open(string path)
    {
        path = Path.GetFullPath(path);
        lock (_gate)
        {
            if (!_names.TryGetValue(path, out SimulatedFile? file))
            {
                Change();
                _names.Add(path, file = new SimulatedFile(this, path));
                _nameChanges.Add((Path.GetDirectoryName(path)!, path, file, null));
            }

            if (file.IsOpen)
            {
                throw new StorageException(StorageFault.InUse, $"'{path}' is open elsewhere.");
            }

            file.IsOpen = true;
            file.Path = path;
            return new Handle(file);
        }
    }

    public bool Exists(string path)
    {
        lock (_gate)
        {
            return _names.ContainsKey(Path.GetFullPath(path));
        }
    }

    public byte[]? TryReadAll(string path)
    {
        lock (_gate)
        {
            return _names.GetValueOrDefault(Path.GetFullPath(path))?.Content.ToArray();
        }
    }

    public int? TryRead(string path, Span<byte> destination)
    {
        byte[]? content = TryReadAll(path);
        content.AsSpan(0, Math.Min(content?.Length ?? 0, destination.Length)).CopyTo(destination);
        return content?.Length;
    }

    public IReadOnlyList<string> ListFiles(string folder)
    {
        folder = Path.GetFullPath(folder);
        lock (_gate)
        {
            return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder)];
        }
    }

    public void Rename(string from, string to)
    {
        (from, to) = (Path.GetFullPath(from), Path.GetFullPath(to));
        lock (_gate)
        {
            Change();
            SimulatedFile file = _names[from];
            _names.Remove(from);
            _names[to] = file;
            _nameChanges.Add((Path.GetDirectoryName(to)!, to, file, from));
        }
    }

    public bool Delete(string path)
    {
        path = Path.GetFullPath(path);
        lock (_gate)
        {
            Change();
            if (!_names.Remove(path))
            {
                return false;
            }

            _nameChanges.Add((Path.GetDirectoryName(path)!, path, null, null));
            return true;
        }
    }

    public void FlushFolder(string folder)
    {
        folder = Path.GetFullPath(folder);
        lock (_gate)
        {
            Change(isFlush: true);
            FolderFlushes++;
            foreach (var change in _nameChanges.Where(change => change.Folder == folder))
            {
                Apply(_durableNames, change.Path, change.File, change.RemovedPath);
            }

            _nameChanges.RemoveAll(change => change.Folder == folder);
        }
    }

    /// <summary>Makes the disk that the next start finds.</summary>
    public SimulatedDisk AfterPowerLoss(PowerLoss loss, int seed)
    {
        lock (_gate)
        {
            var random = new Random(seed);
            OperationsUntilPowerLoss = 0;
            var names = new Dictionary<string, SimulatedFile>(_durableNames);
            int kept = loss == PowerLoss.DropsAll ? 0 : random.Next(_nameChanges.Count + 1);
            foreach (var change in _nameChanges.Take(kept))
            {
                Apply(names, change.Path, change.File, change.RemovedPath);
            }

            var disk = new SimulatedDisk();
            foreach ((string path, SimulatedFile file) in names)
            {
                var copy = new SimulatedFile(disk, path);
                copy.Restore(file.AfterPowerLoss(loss, random));
                disk._names.Add(path, copy);
                disk._durableNames.Add(path, copy);
            }

            return disk;
        }
    }

    /// <summary>Changes a stored byte, as a bad medium does.</summary>
    public void FlipByte(string path, long offset)
    {
        SimulatedFile file = _names[Path.GetFullPath(path)];
        byte[] content = file.Content.ToArray();
        content[offset] ^= 0xFF;
        file.Restore(content);
    }

    public void Truncate(string path, int length)
    {
        SimulatedFile file = _names[Path.GetFullPath(path)];
        file.Restore(file.Content[..length].ToArray());
    }

    public void Overwrite(string path, byte[] start)
    {
        SimulatedFile file = _names[Path.GetFullPath(path)];
        file.Restore([.. start, .. file.Content[start.Length..]]);
    }

    public string FullPath(string path) => _names[Path.GetFullPath(path)].Path;

    /// <summary>A copy in which everything is durable and closed, as after a clean stop.</summary>
    public SimulatedDisk Copy()
    {
        var disk = new SimulatedDisk();
        lock (_gate)
        {
            foreach ((string path, SimulatedFile file) in _names)
            {
                var copy = new SimulatedFile(disk, path);
                copy.Restore(file.Content.ToArray());
                disk._names.Add(path, copy);
                disk._durableNames.Add(path, copy);
            }
        }

        return disk;
    }

    internal void Run(bool isFlush, Action operation)
    {
        lock (_gate)
        {
            Change(isFlush);
            FileFlushes += isFlush ? 1 : 0;
            operation();
        }
    }

    internal T Read<T>(Func<T> operation)
    {
        lock (_gate)
        {
            return operation();
        }
    }

    private static void Apply(Dictionary<string, SimulatedFile> names, string path, SimulatedFile? file, string? removed)
    {
        if (removed is not null)
        {
            names.Remove(removed);
        }

        if (file is null)
        {
            names.Remove(path);
        }
        else
        {
            names[path] = file;
        }
    }

    private void Change(bool isFlush = false)
    {
        if (++_operations > OperationsUntilPowerLoss)
        {
            throw new StorageException(StorageFault.Unavailable, "The power is off.");
        }

        if (isFlush ? FlushFails : IsFull)
        {
            throw new StorageException(StorageFault.Unavailable, isFlush ? "The flush failed." : "The disk is full.");
        }
    }

    private sealed class Handle(SimulatedFile file) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes.ToArray());

        public void SetLength(long length) => file.SetLength(length);

        public void Flush() => file.Flush();

        public void Dispose() => file.IsOpen = false;
    }
}
