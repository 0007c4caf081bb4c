using System.Globalization;
using MedChain.Core.Keys;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.LiteDb;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core;

/// <summary>Opens the stores of a whole network, in a data directory or in memory, and closes them in the right order.</summary>
internal sealed class NetworkStores : IAsyncDisposable
{
    private readonly DataDirectory? _directory;
    private readonly List<IAsyncDisposable> _open = [];
    private readonly MemoryKeyStore? _memoryKeys;

    private NetworkStores(DataDirectory? directory, IKeyStore? keys)
    {
        _directory = directory;
        ConsensusLog = Track<IConsensusLog>(
            directory is null ? new MemoryConsensusLog() : new FileConsensusLog(directory.ConsensusLogFolder));
        _memoryKeys = keys is null && directory is null ? new MemoryKeyStore() : null;
        Keys = keys ?? _memoryKeys ?? (IKeyStore)new FileKeyStore(Path.Combine(directory!.Path, "keys"));
    }

    /// <summary>The one log of all validators of the process.</summary>
    public IConsensusLog ConsensusLog { get; }

    public IKeyStore Keys { get; }

    /// <exception cref="StorageException">The directory is in use, belongs to another network, or cannot be read or written.</exception>
    public static NetworkStores Open(MedChainNetworkOptions options)
    {
        DataDirectory? directory = options.DataDirectory is { } path ? DataDirectory.Open(path, options.Identity) : null;
        try
        {
            return new NetworkStores(directory, options.KeyStore);
        }
        catch
        {
            directory?.Dispose();
            throw;
        }
    }

    public IBlobStore OpenBlobs(string chain) =>
        Track<IBlobStore>(_directory is null ? new MemoryBlobStore() : new FileBlobStore(_directory.BlobFolder(chain)));

    public IBlockStore OpenBlocks(string chain, int validator) =>
        Track<IBlockStore>(
            _directory is null ? new MemoryBlockStore() : new LiteDbBlockStore(_directory.BlockFile(chain, Name(validator))));

    public IStateStore OpenState(string chain, int validator) =>
        Track<IStateStore>(
            _directory is null ? new MemoryStateStore() : new LiteDbStateStore(_directory.StateFile(chain, Name(validator))));

    public IBlobStore OpenCustody(string chain, int validator) =>
        Track<IBlobStore>(
            _directory is null ? new MemoryBlobStore() : new FileBlobStore(_directory.CustodyFolder(chain, Name(validator))));
    /// <summary>The numbers of the validators that have a folder.</summary>
    public IEnumerable<int> ValidatorsOf(string chain)
    {
        string? folder = _directory is null ? null : Path.GetDirectoryName(_directory.ValidatorFolder(chain, Name(0)));
        return folder is null || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder)
                .Select(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)
                .Where(n => n >= 0);
    }

    /// <summary>Closes one store before the others.</summary>
    public async ValueTask CloseAsync(IAsyncDisposable store)
    {
        lock (_open)
        {
            _open.Remove(store);
        }

        await store.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // The log is the journal of the stores, so it closes last; the directory's lock after everything.
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            await _open[i].DisposeAsync().ConfigureAwait(false);
        }

        _open.Clear();
        _memoryKeys?.Dispose();
        _directory?.Dispose();
    }

    private static string Name(int validator) => validator.ToString(CultureInfo.InvariantCulture);

    private T Track<T>(T store)
        where T : IAsyncDisposable
    {
        lock (_open)
        {
            _open.Add(store);
        }

        return store;
    }
}
