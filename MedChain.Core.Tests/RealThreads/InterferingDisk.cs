using MedChain.Core.Storage.Files;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>The real disk, with something that happens before and after each operation that changes it.</summary>
internal sealed class InterferingDisk(Action<DiskOperation> before, Action<DiskOperation> after) : IDisk
{
    private readonly Disk _disk = Disk.Physical;

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public IDiskFile Open(string path) => new InterferingFile(this, _disk.Open(path));

    public bool Exists(string path) => _disk.Exists(path);

    public byte[]? TryReadAll(string path) => _disk.TryReadAll(path);

    public int? TryRead(string path, Span<byte> destination) => _disk.TryRead(path, destination);

    public IReadOnlyList<string> ListFiles(string folder) => _disk.ListFiles(folder);

    public void Rename(string from, string to) => Do(DiskOperation.Rename, () => _disk.Rename(from, to));

    public bool Delete(string path)
    {
        bool existed = false;
        Do(DiskOperation.Delete, () => existed = _disk.Delete(path));
        return existed;
    }

    public void FlushFolder(string folder) => Do(DiskOperation.Flush, () => _disk.FlushFolder(folder));

    private void Do(DiskOperation kind, Action operation)
    {
        before(kind);
        operation();
        after(kind);
    }

    private sealed class InterferingFile(InterferingDisk disk, IDiskFile file) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.Before(DiskOperation.Write);
            file.Write(offset, bytes);
            disk.After(DiskOperation.Write);
        }

        public void SetLength(long length) => disk.Do(DiskOperation.SetLength, () => file.SetLength(length));

        public void Flush() => disk.Do(DiskOperation.Flush, file.Flush);

        public void Dispose() => file.Dispose();
    }

    private void Before(DiskOperation kind) => before(kind);

    private void After(DiskOperation kind) => after(kind);
}

/// <summary>What changes a disk.</summary>
internal enum DiskOperation
{
    Write,
    SetLength,
    Flush,
    Rename,
    Delete,
}
