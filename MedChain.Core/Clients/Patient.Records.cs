using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <content>How she stores records, and what she sees of them.</content>
public sealed partial class Patient
{
    /// <summary>Encrypts a record here, stores the ciphertext, shares the key among the validators, and puts the commitments on the
    /// chain.</summary>
    /// <param name="content">The plaintext, at most 1 GiB.</param>
    /// <param name="category">Category that permissions name, 1 to 64 bytes, such as "laboratory".</param>
    /// <param name="labels">Sensitivity labels such as "PSY"; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The record's identifier, once a quorum of custodians has said, in a sealed block, that it keeps the key.</returns>
    /// <exception cref="ArgumentException">The content, the category or a label is too long.</exception>
    /// <exception cref="RefusedException">The chain's rules refuse the record.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    /// <exception cref="Storage.StorageException">The ciphertext cannot be stored.</exception>
    public Task<Digest> StoreAsync(
        ReadOnlyMemory<byte> content, string category, IEnumerable<string>? labels = null, CancellationToken cancellationToken = default) =>
        StoreRecordAsync(content, new RecordDescription(category) { Labels = [.. labels ?? []] }, null, cancellationToken);

    /// <summary>Stores a record, as <see cref="StoreAsync"/> does, with all that permissions may ask about it.</summary>
    /// <param name="content">The plaintext, at most 1 GiB.</param>
    /// <param name="description">What it is; never on the chain.</param>
    /// <param name="supersedes">The record of which it is a new version; <see langword="null"/> for none. That one can be asked for by its
    /// name from then on, no longer by its category.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The record's identifier, once a quorum of custodians has said, in a sealed block, that it keeps the key.</returns>
    /// <exception cref="ArgumentException">The content or something of the description is too long.</exception>
    /// <exception cref="RefusedException">The chain's rules refuse the record.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    /// <exception cref="Storage.StorageException">The ciphertext cannot be stored.</exception>
    public async Task<Digest> StoreRecordAsync(
        ReadOnlyMemory<byte> content,
        RecordDescription description,
        Digest? supersedes = null,
        CancellationToken cancellationToken = default)
    {
        RecordDescription described = Describe(description);
        while (true)
        {
            using var upload = new RecordUpload(_chain.Genesis.Chain, Id, _chain.Blobs);
            Digest? stored = await Storing.StoreAsync(
                upload, () => upload.WriteAsync(content, cancellationToken), described, supersedes, cancellationToken)
                .ConfigureAwait(false);
            if (stored is { } record)
            {
                return record;
            }
        }
    }

    /// <summary>Stores what a stream gives until its end, some chunks at a time: memory does not grow with the content.</summary>
    /// <param name="content">The plaintext, at most 1 GiB.</param>
    /// <param name="description">What it is; never on the chain.</param>
    /// <param name="supersedes">The record of which it is a new version; <see langword="null"/> for none.</param>
    /// <param name="progress">Told how many bytes are stored; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops the reading and waiting; a transaction that was sent may still commit.</param>
    /// <returns>The record's identifier, once a quorum of custodians has said, in a sealed block, that it keeps the key.</returns>
    /// <exception cref="ArgumentException">The content or something of the description is too long.</exception>
    /// <exception cref="RefusedException">The chain's rules refuse the record; or the validators changed at the last moment, and the stream
    /// cannot be read again.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    /// <exception cref="Storage.StorageException">The ciphertext cannot be stored.</exception>
    public async Task<Digest> StoreStreamAsync(
        Stream content,
        RecordDescription description,
        Digest? supersedes = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        RecordDescription described = Describe(description);
        long start = content.CanSeek ? content.Position : 0;
        while (true)
        {
            using var upload = new RecordUpload(_chain.Genesis.Chain, Id, _chain.Blobs, progress);
            Digest? stored = await Storing.StoreAsync(
                upload, () => upload.WriteAsync(content, cancellationToken), described, supersedes, cancellationToken)
                .ConfigureAwait(false);
            if (stored is { } record)
            {
                return record;
            }

            if (!content.CanSeek)
            {
                throw RefusedException.Because(
                    "The chain's validators changed while the record was stored, and its stream cannot be read again; store it anew.");
            }

            content.Position = start;
        }
    }

    /// <summary>Reads what one of her records is. Only the owner's side sees this without asking the chain.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The description; <see langword="null"/> when it was erased.</returns>
    /// <exception cref="ArgumentException">She has no such record.</exception>
    /// <exception cref="Storage.StorageException">The manifest cannot be read, or is damaged.</exception>
    public async Task<RecordDescription?> DescribeAsync(Digest record, CancellationToken cancellationToken = default) =>
        (await ReadManifestAsync(record, cancellationToken).ConfigureAwait(false))?.Description;

    /// <summary>Lists the versions of one of her records, the first one first.</summary>
    /// <param name="record">Any of them.</param>
    /// <returns>The versions with their status; one that was erased is still among them.</returns>
    /// <exception cref="ArgumentException">She has no such record.</exception>
    public IReadOnlyList<RecordVersion> VersionsOf(Digest record)
    {
        LedgerState state = _chain.Read();
        RecordEntry? EntryOf(Digest id) => id.IsZero ? null : state.Get<RecordEntry>(StateKey.Record(Id, id));
        Digest first = record;
        for (RecordEntry? at = Find(record); !at!.Previous.IsZero; at = EntryOf(first))
        {
            first = at.Previous;
        }

        var versions = new List<RecordVersion>();
        for (Digest at = first; EntryOf(at) is { } entry; at = entry.Next)
        {
            versions.Add(new RecordVersion(at, entry.Version, entry.Shown));
        }

        return versions;
    }

    /// <summary>Lists the ciphertext chunks of one of her records, as they are named in the blob store.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The chunks' digests in order; empty when the record's manifest was erased.</returns>
    /// <exception cref="ArgumentException">She has no such record.</exception>
    /// <exception cref="Storage.StorageException">The manifest or a page of the index cannot be read, or is damaged.</exception>
    public async Task<IReadOnlyList<Digest>> ChunksAsync(Digest record, CancellationToken cancellationToken = default)
    {
        if (await ReadManifestAsync(record, cancellationToken).ConfigureAwait(false) is not { } manifest)
        {
            return [];
        }

        List<Digest> chunks = [.. manifest.Content.Chunks];
        var map = new ContentMap(manifest.Content, _chain.Blobs);
        for (int i = 0; i < manifest.Content.Pages.Length; i++)
        {
            chunks.AddRange(await map.TryReadAsync(i, cancellationToken).ConfigureAwait(false)
                ?? throw new Storage.StorageException(
                    Storage.StorageFault.Corrupt,
                    $"Page {i} of the index of record {record} is gone or damaged. Restore blob {manifest.Content.Pages[i].Name}."));
        }

        return chunks;
    }

    /// <summary>Opens one of her own records, to read parts of it; noted in her audit trail like every access.</summary>
    /// <param name="record">The record, also one that was superseded.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The decision and the opened record, which the caller disposes.</returns>
    public Task<OpeningResult> OpenAsync(Digest record, CancellationToken cancellationToken = default) => Access.OpenAsync(
        _chain,
        _custodians,
        _client,
        _keys.Agreement,
        Id,
        new AccessDetails("read", "PATRQT", "", "", new Actors(Id, _chain.Software), record),
        cancellationToken);

    private RecordStoring Storing => new(_chain, Id, _client, command => command);

    private RecordDescription Describe(RecordDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        RecordDescription described = description.Normalize(_time.GetUtcNow());
        return described.Problem() is { } problem ? throw new ArgumentException(problem, nameof(description)) : described;
    }

    /// <summary>The records of a class.</summary>
    private async Task<Digest[]> CaughtAsync(ErasureScope scope, CancellationToken cancellationToken)
    {
        if (scope.Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        var caught = new List<Digest>();
        foreach ((ReadOnlyMemory<byte> key, RecordEntry entry) in _chain.Read().Scan<RecordEntry>(StateKey.RecordsOf(Id))
            .Where(r => r.Value.Status is RecordStatus.Dealt or RecordStatus.Live))
        {
            if (await AttachmentReader.TryReadAsync<RecordManifest>(_chain.Blobs, entry.Manifest, cancellationToken).ConfigureAwait(false)
                is { } manifest && scope.Covers(manifest))
            {
                caught.Add(StateKey.SecondPart(key));
            }
        }

        return caught.Count > 0 ? [.. caught] : throw RefusedException.Because("There is no record of this class.");
    }

    private async Task<RecordManifest?> ReadManifestAsync(Digest record, CancellationToken cancellationToken) =>
        await AttachmentReader.TryReadAsync<RecordManifest>(_chain.Blobs, Find(record).Manifest, cancellationToken).ConfigureAwait(false);
}

/// <summary>One version of a record.</summary>
/// <param name="Record">The record.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Status">Where it is in its life.</param>
public sealed record RecordVersion(Digest Record, int Number, RecordStatus Status);
