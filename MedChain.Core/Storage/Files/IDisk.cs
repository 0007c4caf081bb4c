namespace MedChain.Core.Storage.Files;

/// <summary>The file operations the stores are built from, so that tests can simulate power loss, full disks and failing flushes. Every
/// failure is a <see cref="StorageException"/> that names the file and the reason. Thread safe.</summary>
internal interface IDisk
{
    /// <summary>Creates a folder and those above it. The new entries are durable when it returns.</summary>
    void CreateFolder(string path);

    /// <summary>Opens a file to read and write; no other process and no other caller can open it until it is disposed. A file that is
    /// created here is durable only after <see cref="FlushFolder"/>.</summary>
    IDiskFile Open(string path);

    bool Exists(string path);

    /// <summary>Reads a whole file, or gives <see langword="null"/> when there is none.</summary>
    byte[]? TryReadAll(string path);

    /// <summary>Reads the beginning of a file.</summary>
    /// <returns>Length of the file; <see langword="null"/> when there is none.</returns>
    int? TryRead(string path, Span<byte> destination);

    /// <summary>Lists the full paths of the files directly in a folder.</summary>
    IReadOnlyList<string> ListFiles(string folder);

    /// <summary>Gives a closed file another name in the same volume and replaces what is there. Durable after
    /// <see cref="FlushFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file. Durable after <see cref="FlushFolder"/>.</summary>
    /// <returns>Whether it was there.</returns>
    bool Delete(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    void FlushFolder(string folder);
}
