using System.Globalization;
using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Files;

/// <summary>Blobs as files in 256 folders, named by their digests. Thread safe. One store for each folder at a time.</summary>
/// <remarks>A blob is written under a temporary name, flushed, renamed, and the name is flushed: it is whole or it is not there. A batch
/// flushes each folder once.</remarks>
public sealed class FileBlobStore : IBlobStore
{
    // Flushes that wait at the same time share commits of the file system's journal; more than this gained nothing.
    private const int ParallelWrites = 16;
    private const string UnfinishedFolder = "unfinished";

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly IDiskFile _lockFile;
    private long _unfinished;

    /// <summary>Opens or creates a store.</summary>
    /// <param name="folder">A folder of its own; created when it is missing.</param>
    /// <exception cref="StorageException">The folder cannot be created or written, or is open elsewhere.</exception>
    public FileBlobStore(string folder)
        : this(folder, Disk.Physical)
    {
    }

    internal FileBlobStore(string folder, IDisk disk)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_folder, _disk) = (folder, disk);
        disk.CreateFolder(folder);
        _lockFile = disk.Open(Path.Combine(folder, "blobs.lock"));
        try
        {
            Prepare();
        }
        catch
        {
            _lockFile.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Digest>> PutAsync(IReadOnlyList<ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken };
        var names = new Digest[blobs.Count];
        var folders = new bool[byte.MaxValue + 1];
        await Task.Run(
            () => RunParallel(blobs.Count, options, i => folders[Write(blobs[i], out names[i])] = true),
            cancellationToken).ConfigureAwait(false);
        int[] touched = [.. Enumerable.Range(0, folders.Length).Where(i => folders[i])];
        await Task.Run(
            () => RunParallel(touched.Length, options, i => _disk.FlushFolder(Path.Combine(_folder, ShardName(touched[i])))),
            cancellationToken).ConfigureAwait(false);
        return names;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Digest digest, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        byte[]? content = await Task.Run(() => _disk.TryReadAll(path), cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }

        Digest found = Digest.Of(content);
        return found == digest
            ? content
            : throw new StorageException(
                StorageFault.Corrupt,
                $"The blob '{path}' has the digest {found} instead of {digest}: it is damaged. "
                + "Delete it and obtain it again from where it came.");
    }

    /// <inheritdoc/>
    public async ValueTask<int?> TryReadAsync(Digest digest, Memory<byte> destination, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        return await Task.Run(() => _disk.TryRead(path, destination.Span), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <inheritdoc/>
    public async ValueTask<bool> EraseAsync(Digest digest, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        return await Task.Run(() => Erase(path), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IEnumerable<Digest> List()
    {
        for (int i = 0; i <= byte.MaxValue; i++)
        {
            string shard = ShardName(i);
            foreach (string path in _disk.ListFiles(Path.Combine(_folder, shard)))
            {
                if (Digest.TryParse(shard + Path.GetFileName(path), out Digest digest))
                {
                    yield return digest;
                }
            }
        }
    }

    /// <summary>Lets the folder be opened again.</summary>
    /// <returns>Done.</returns>
    public ValueTask DisposeAsync()
    {
        _lockFile.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ShardName(int index) => index.ToString("x2", CultureInfo.InvariantCulture);

    // The body's own exception is thrown, not an aggregate, so that callers see one storage exception.
    private static void RunParallel(int count, ParallelOptions options, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, options, body);
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(inner => inner is StorageException) is { } fault)
        {
            throw new StorageException(((StorageException)fault).Fault, fault.Message, e);
        }
    }

    private void Prepare()
    {
        string unfinished = Path.Combine(_folder, UnfinishedFolder);
        _disk.CreateFolder(unfinished);
        for (int i = 0; i <= byte.MaxValue; i++)
        {
            _disk.CreateFolder(Path.Combine(_folder, ShardName(i)));
        }

        foreach (string leftover in _disk.ListFiles(unfinished))
        {
            _disk.Delete(leftover);
        }
    }

    private string PathOf(Digest digest)
    {
        string name = digest.ToString();
        return Path.Combine(_folder, name[..2], name[2..]);
    }

    private bool Erase(string path)
    {
        bool existed = _disk.Delete(path);
        if (existed)
        {
            _disk.FlushFolder(Path.GetDirectoryName(path)!);
        }

        return existed;
    }

    /// <summary>Writes a blob unless it is there already.</summary>
    /// <returns>Index of the folder to flush, also for a blob that is there: another caller may just have renamed it.</returns>
    private int Write(ReadOnlyMemory<byte> blob, out Digest digest)
    {
        digest = Digest.Of(blob.Span);
        string path = PathOf(digest);
        if (!_disk.Exists(path))
        {
            string name = Interlocked.Increment(ref _unfinished).ToString(CultureInfo.InvariantCulture);
            WriteThrough(Path.Combine(_folder, UnfinishedFolder, name), path, blob.Span);
        }

        return int.Parse(digest.ToString().AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private void WriteThrough(string temporary, string path, ReadOnlySpan<byte> content)
    {
        try
        {
            using (IDiskFile file = _disk.Open(temporary))
            {
                file.Write(0, content);
                file.Flush();
            }

            _disk.Rename(temporary, path);
        }
        catch (StorageException)
        {
            // A full disk must not be filled further by what never became a blob.
            _disk.Delete(temporary);
            throw;
        }
    }
}
