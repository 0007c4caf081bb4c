using System.Security.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Keys;

/// <summary>Keys in files that only their owner can read, one for each holder. They are not encrypted: whoever reads the folder has the
/// keys, so production hosts put a key vault behind <see cref="IKeyStore"/>.</summary>
public sealed class FileKeyStore : IKeyStore
{
    private const string Extension = ".key";
    private readonly string _folder;
    private readonly Lock _lock = new();

    /// <summary>Initializes the store.</summary>
    /// <param name="folder">The folder; it is created.</param>
    /// <exception cref="StorageException">The folder cannot be created.</exception>
    public FileKeyStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        Disk.Physical.CreateFolder(folder);
    }

    /// <inheritdoc/>
    public HolderKeys GetOrCreate(string chain, string holder)
    {
        StoredKeys.CheckNames(chain, holder);
        lock (_lock)
        {
            if (TryGet(chain, holder) is { } known)
            {
                return known;
            }

            HolderKeys created = HolderKeys.Create();
            using StoredKeys stored = StoredKeys.Of(chain, holder, created);
            Write(PathOf(chain, holder), stored);
            return created;
        }
    }

    /// <inheritdoc/>
    public HolderKeys? TryGet(string chain, string holder)
    {
        StoredKeys.CheckNames(chain, holder);
        string path = PathOf(chain, holder);
        using StoredKeys? stored = Read(path);
        return stored is null || (stored.Chain == chain && stored.Holder == holder)
            ? stored?.ToKeys()
            : throw new StorageException(
                StorageFault.Corrupt,
                $"The key file '{path}' holds the keys of '{stored.Holder}' on '{stored.Chain}', not of '{holder}' on '{chain}': "
                + "restore it from a backup.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Holders(string chain)
    {
        ArgumentException.ThrowIfNullOrEmpty(chain);
        string folder = FolderOf(chain);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var holders = new List<string>();
        foreach (string path in Disk.Physical.ListFiles(folder).Where(p => p.EndsWith(Extension, StringComparison.Ordinal)))
        {
            using StoredKeys? stored = Read(path);
            if (stored is not null)
            {
                holders.Add(stored.Holder);
            }
        }

        holders.Sort(StringComparer.Ordinal);
        return holders;
    }

    private static StoredKeys? Read(string path)
    {
        if (Disk.Physical.TryReadAll(path) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Canonical.TryDecode(bytes, out StoredKeys? stored, out string? reason)
                ? stored
                : throw new StorageException(StorageFault.Corrupt, $"The key file '{path}' is damaged: {reason} Restore it from a backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Write(string path, StoredKeys stored)
    {
        string folder = Path.GetDirectoryName(path)!;
        Disk.Physical.CreateFolder(folder);
        string temporary = path + ".new";
        byte[] bytes = Canonical.Encode(stored);
        try
        {
            DiskFault.Guard(temporary, "write the key file", () =>
            {
                using var file = new FileStream(temporary, PrivateFile());
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            });
            Disk.Physical.Rename(temporary, path);
            Disk.Physical.FlushFolder(folder);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static FileStreamOptions PrivateFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    // Names are the host's free text, so files are named by their hashes.
    private string FolderOf(string chain) => Path.Combine(_folder, NameOf(chain));

    private string PathOf(string chain, string holder) => Path.Combine(FolderOf(chain), NameOf(holder) + Extension);

    private static string NameOf(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString()[..32];
}
