using Microsoft.Win32.SafeHandles;

namespace MedChain.Core.Storage.Files;

/// <summary>A file of the operating system, opened exclusively.</summary>
internal sealed class DiskFile : IDiskFile
{
    private readonly SafeFileHandle _handle;

    public DiskFile(string path)
    {
        Path = path;
        _handle = DiskFault.Guard(
            path,
            "open the file",
            () => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    public string Path { get; }

    public long Length => DiskFault.Guard(Path, "read the length of", () => RandomAccess.GetLength(_handle));

    public int Read(long offset, Span<byte> destination)
    {
        try
        {
            int total = 0;
            while (total < destination.Length)
            {
                int read = RandomAccess.Read(_handle, destination[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }
        catch (Exception e) when (DiskFault.IsDiskError(e))
        {
            throw DiskFault.From(Path, "read", e);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception e) when (DiskFault.IsDiskError(e))
        {
            throw DiskFault.From(Path, "write", e);
        }
    }

    public void SetLength(long length) => DiskFault.Guard(Path, "change the length of", () => RandomAccess.SetLength(_handle, length));

    public void Flush() => DiskFault.Guard(Path, "flush", () => RandomAccess.FlushToDisk(_handle));

    public void Dispose() => _handle.Dispose();
}
