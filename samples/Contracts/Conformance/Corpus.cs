using System.Formats.Tar;
using System.IO.Compression;

namespace MedChain.Samples.Contracts.Conformance;

/// <summary>The files of a corpus by their paths, from a folder or a tar.gz. Nothing is written to disk.</summary>
internal sealed class Corpus
{
    private const int MaxFiles = 1_000_000;
    private const long MaxFileBytes = 16L * 1024 * 1024;
    private const long MaxTotalBytes = 2L * 1024 * 1024 * 1024;

    private readonly Dictionary<string, Func<byte[]>> _files = new(StringComparer.Ordinal);
    private long _total;

    private Corpus()
    {
    }

    /// <summary>Gets the paths in ordinal order.</summary>
    public IEnumerable<string> Paths => _files.Keys.Order(StringComparer.Ordinal);

    public static Corpus Open(string path)
    {
        var corpus = new Corpus();
        if (Directory.Exists(path))
        {
            corpus.AddFolder(Path.GetFullPath(path));
        }
        else if (File.Exists(path))
        {
            corpus.AddArchive(path);
        }
        else
        {
            throw new InputException($"There is no folder and no file {path}; pass a folder or a .tar.gz of Cedar's conformance format.");
        }

        return corpus;
    }

    public bool Has(string path) => _files.ContainsKey(path);

    public byte[] Read(string path) => _files[path]();

    private void AddFolder(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in Directory.EnumerateFiles(folder, "*", options))
        {
            Add(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), () => ReadFile(file));
        }
    }

    private static byte[] ReadFile(string file)
    {
        var info = new FileInfo(file);
        return info.Length <= MaxFileBytes
            ? File.ReadAllBytes(file)
            : throw new InputException($"{file} has {info.Length} bytes; the limit is {MaxFileBytes}.");
    }

    private void AddArchive(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(unzipped);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw new InputException(
                    $"{path} has the entry '{entry.Name}' of type {entry.EntryType}; a corpus has files and folders only.");
            }

            if (entry.Length > MaxFileBytes || (_total += entry.Length) > MaxTotalBytes)
            {
                throw new InputException(
                    $"{path} has more than {MaxFileBytes} bytes in '{entry.Name}', or {MaxTotalBytes} in all; pass a smaller corpus.");
            }

            byte[] content = new byte[entry.Length];
            entry.DataStream?.ReadExactly(content);
            Add(entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name, () => content);
        }
    }

    private void Add(string path, Func<byte[]> read)
    {
        if (path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal)
            || path.Split('/').Contains(".."))
        {
            throw new InputException($"The path '{path}' leads out of the corpus; its files are refused.");
        }

        if (_files.Count == MaxFiles || !_files.TryAdd(path, read))
        {
            throw new InputException($"The corpus has '{path}' twice, or more than {MaxFiles} files.");
        }
    }
}
