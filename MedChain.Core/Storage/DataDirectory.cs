using System.Text;
using System.Text.Json;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage;

/// <summary>The folder of one process: locked while it is open, and marked with the network it belongs to. Thread safe.</summary>
/// <remarks>The lock is one of the operating system and ends with the process. It does not reach over most network file systems.</remarks>
public sealed class DataDirectory : IDisposable
{
    private const int FormatVersion = 1;
    private const int MaxIdentity = 1024;
    private const int MaxName = 100;
    private const string IdentityFile = "medchain.json";
    private const string LockFile = "medchain.lock";

    // Names that Windows keeps for devices.
    private static readonly string[] ReservedNames = ["con", "prn", "aux", "nul"];

    private readonly IDiskFile _lock;

    private DataDirectory(string path, string networkIdentity, IDiskFile lockFile)
    {
        (Path, NetworkIdentity, _lock) = (path, networkIdentity, lockFile);
    }

    /// <summary>Gets the full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Gets the identity that the folder is marked with.</summary>
    public string NetworkIdentity { get; }

    /// <summary>Gets the folder of the consensus log, which all validators of the process share.</summary>
    public string ConsensusLogFolder => System.IO.Path.Combine(Path, "log");

    /// <summary>Opens a folder, or creates it and marks it. A failed call changes nothing that is stored.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="networkIdentity">Anything that tells networks apart, such as a genesis hash: 1 to 1,024 characters. The same at every
    /// start.</param>
    /// <returns>The open folder. Dispose it to unlock it, after all stores in it.</returns>
    /// <exception cref="StorageException"><see cref="StorageFault.InUse"/> when another process or object has it open,
    /// <see cref="StorageFault.Foreign"/> for another identity or an unknown format, <see cref="StorageFault.Unavailable"/> when it
    /// cannot be created or written, <see cref="StorageFault.Corrupt"/> when its identity file is damaged.</exception>
    public static DataDirectory Open(string path, string networkIdentity) => Open(path, networkIdentity, Disk.Physical);

    internal static DataDirectory Open(string path, string networkIdentity, IDisk disk)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(networkIdentity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(networkIdentity.Length, MaxIdentity, nameof(networkIdentity));
        string full = System.IO.Path.GetFullPath(path);
        disk.CreateFolder(full);
        IDiskFile lockFile = Lock(disk, full);
        try
        {
            RequireIdentity(disk, full, networkIdentity);
            return new DataDirectory(full, networkIdentity, lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Gets the folder of a chain's blobs.</summary>
    /// <param name="chain">Any name but the empty one; different names give different folders, on every file system.</param>
    /// <returns>The path; nothing is created.</returns>
    public string BlobFolder(string chain) => System.IO.Path.Combine(ChainFolder(chain), "blobs");

    /// <summary>Gets the file of a validator's blocks.</summary>
    /// <param name="chain">Name of the chain.</param>
    /// <param name="validator">Name of the validator.</param>
    /// <returns>The path; nothing is created.</returns>
    public string BlockFile(string chain, string validator) => System.IO.Path.Combine(ValidatorFolder(chain, validator), "blocks.db");

    /// <summary>Gets the file of a validator's state.</summary>
    /// <param name="chain">Name of the chain.</param>
    /// <param name="validator">Name of the validator.</param>
    /// <returns>The path; nothing is created.</returns>
    public string StateFile(string chain, string validator) => System.IO.Path.Combine(ValidatorFolder(chain, validator), "state.db");

    /// <summary>Gets the folder of the shares of records' keys that a validator keeps.</summary>
    /// <param name="chain">Name of the chain.</param>
    /// <param name="validator">Name of the validator.</param>
    /// <returns>The path; nothing is created.</returns>
    public string CustodyFolder(string chain, string validator) => System.IO.Path.Combine(ValidatorFolder(chain, validator), "custody");

    /// <summary>Gets a validator's own folder.</summary>
    /// <param name="chain">Name of the chain.</param>
    /// <param name="validator">Name of the validator.</param>
    /// <returns>The path; nothing is created.</returns>
    public string ValidatorFolder(string chain, string validator) =>
        System.IO.Path.Combine(ChainFolder(chain), "validators", SafeName(validator));

    /// <summary>Unlocks the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Turns a name into one that every file system takes. Lower-case letters, digits and '-' stay; every other byte of its
    /// UTF-8 form becomes '_' and two hexadecimal digits, and a long name becomes '=' and its SHA-256. So different names never meet,
    /// also where case does not count.</summary>
    internal static string SafeName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        var safe = new StringBuilder();
        foreach (byte value in bytes)
        {
            if ((value is >= (byte)'0' and <= (byte)'9') || (value is >= (byte)'a' and <= (byte)'z') || value == (byte)'-')
            {
                safe.Append((char)value);
            }
            else
            {
                safe.Append('_').Append(Convert.ToHexStringLower([value]));
            }
        }

        string text = safe.ToString();
        if (text.Length > MaxName)
        {
            return "=" + Digest.Of(bytes);
        }

        bool isReserved = ReservedNames.Contains(text) || (text.Length == 4 && text[..3] is "com" or "lpt");
        return isReserved ? "=" + text : text;
    }

    private static IDiskFile Lock(IDisk disk, string folder)
    {
        try
        {
            return disk.Open(System.IO.Path.Combine(folder, LockFile));
        }
        catch (StorageException e) when (e.Fault == StorageFault.InUse)
        {
            throw new StorageException(
                StorageFault.InUse,
                $"The data folder '{folder}' is open in another process or object. Stop it first, or give this one a folder of its own.",
                e);
        }
    }

    private static void RequireIdentity(IDisk disk, string folder, string expected)
    {
        string path = System.IO.Path.Combine(folder, IdentityFile);
        if (disk.TryReadAll(path) is not { } bytes)
        {
            // A folder with data and without an identity lost it; marking it anew could mix two networks.
            if (Directory.Exists(System.IO.Path.Combine(folder, "log")) || Directory.Exists(System.IO.Path.Combine(folder, "chains")))
            {
                throw Corrupt(path, "is missing although the folder holds data");
            }

            disk.Replace(path, Write(expected));
            return;
        }

        (int version, string found) = Read(path, bytes);
        if (version != FormatVersion)
        {
            throw new StorageException(
                StorageFault.Foreign,
                $"The data folder '{folder}' has the format version {version}; this library knows {FormatVersion}. "
                + "Use the version that wrote it.");
        }

        if (found != expected)
        {
            throw new StorageException(
                StorageFault.Foreign,
                $"The data folder '{folder}' belongs to the network '{found}', not to '{expected}'. "
                + "Choose another folder, or start that network.");
        }
    }

    private static byte[] Write(string identity)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("formatVersion", FormatVersion);
            writer.WriteString("network", identity);
            writer.WriteEndObject();
        }

        return output.ToArray();
    }

    private static (int Version, string Identity) Read(string path, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return (root.GetProperty("formatVersion").GetInt32(), root.GetProperty("network").GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Corrupt(path, "cannot be read as JSON with 'formatVersion' and 'network'");
        }
    }

    private static StorageException Corrupt(string path, string what) =>
        new(StorageFault.Corrupt, $"'{path}' {what}. Restore it from a backup, or choose another folder.");

    private string ChainFolder(string chain) => System.IO.Path.Combine(Path, "chains", SafeName(chain));
}
