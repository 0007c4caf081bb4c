using Microsoft.Win32.SafeHandles;

namespace MedChain.Core.Storage.Files;

/// <summary>The disk of the operating system.</summary>
internal sealed class Disk : IDisk
{
    public static readonly Disk Physical = new();

    private Disk()
    {
    }

    public void CreateFolder(string path) => DiskFault.Guard(path, "create the folder", () =>
    {
        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return;
        }

        bool existed = Directory.Exists(full);
        if (!existed)
        {
            CreateFolder(parent);
            Directory.CreateDirectory(full);
        }

        // A folder that exists may have been made by a process that was killed before its flush.
        FolderFlush.Flush(parent, skipUnreadable: existed);
    });

    public IDiskFile Open(string path) => new DiskFile(path);

    public bool Exists(string path) => File.Exists(path);

    public byte[]? TryReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (DiskFault.IsDiskError(e))
        {
            throw DiskFault.From(path, "read the file", e);
        }
    }

    public int? TryRead(string path, Span<byte> destination)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            int total = 0;
            int read;
            while (total < destination.Length && (read = RandomAccess.Read(handle, destination[total..], total)) > 0)
            {
                total += read;
            }

            return (int)RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (DiskFault.IsDiskError(e))
        {
            throw DiskFault.From(path, "read the file", e);
        }
    }

    public IReadOnlyList<string> ListFiles(string folder) => DiskFault.Guard(folder, "list the folder", () => Directory.GetFiles(folder));

    public void Rename(string from, string to) =>
        DiskFault.Guard(to, "rename a file to this name", () => File.Move(from, to, overwrite: true));

    public bool Delete(string path) => DiskFault.Guard(path, "delete the file", () =>
    {
        bool existed = File.Exists(path);
        File.Delete(path);
        return existed;
    });

    public void FlushFolder(string folder) => DiskFault.Guard(folder, "flush the folder", () => FolderFlush.Flush(folder));
}
