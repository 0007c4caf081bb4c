namespace MedChain.Core.Storage.Files;

/// <summary>Operations made of the disk's basic ones.</summary>
internal static class DiskExtensions
{
    /// <summary>Replaces a small file as a whole. After a power loss it has the old or the new content.</summary>
    public static void Replace(this IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + ".unfinished";
        using (IDiskFile file = disk.Open(unfinished))
        {
            file.SetLength(0);
            file.Write(0, content);
            file.Flush();
        }

        disk.Rename(unfinished, path);
        disk.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
