using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Erases what a validator's blob store holds of a record.</summary>
internal sealed class RecordBlobs(IBlobStore blobs, AttachmentCache cache)
{
    /// <summary>Erases chunks, index pages, key header and manifest. What names others goes after them, so that what a crash left over is
    /// found again.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public async Task EraseAsync(RecordReference record, RecordEntry entry, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, entry.Manifest, cancellationToken).ConfigureAwait(false)
            is { } manifest)
        {
            Digest mark = RecordEntry.Mark(record.Owner, record.Record);
            await EraseMarkedAsync(manifest.Content.Chunks, mark, cancellationToken).ConfigureAwait(false);
            var map = new ContentMap(manifest.Content, blobs);
            for (int i = 0; i < manifest.Content.Pages.Length; i++)
            {
                Digest[] chunks = await map.TryReadAsync(i, cancellationToken).ConfigureAwait(false) ?? [];
                await EraseMarkedAsync(chunks, mark, cancellationToken).ConfigureAwait(false);
                await EraseMarkedAsync([manifest.Content.Pages[i].Name], mark, cancellationToken).ConfigureAwait(false);
            }
        }

        await EraseAsync(entry.KeyHeader, cancellationToken).ConfigureAwait(false);
        await EraseAsync(entry.Manifest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Erases an attachment.</summary>
    public async Task EraseAsync(Digest attachment, CancellationToken cancellationToken)
    {
        cache.Remove(attachment);
        await blobs.EraseAsync(attachment, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Erases chunks or pages that carry the record's mark: a manifest may name blobs of other records, which are not its owner's
    /// to erase.</summary>
    private async Task EraseMarkedAsync(IEnumerable<Digest> names, Digest mark, CancellationToken cancellationToken)
    {
        byte[] start = new byte[Digest.Size];
        foreach (Digest name in names)
        {
            int? size = await blobs.TryReadAsync(name, start, cancellationToken).ConfigureAwait(false);
            bool isMarked = size >= Digest.Size && new Digest(start) == mark;
            if (size is not null && (isMarked || await IsDamagedAsync(name, cancellationToken).ConfigureAwait(false)))
            {
                await blobs.EraseAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Nobody can use a damaged blob any more, whosever it is.</summary>
    private async Task<bool> IsDamagedAsync(Digest name, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.TryGetAsync(name, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (StorageException e) when (e.Fault == StorageFault.Corrupt)
        {
            return true;
        }
    }
}
