using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Erases what a validator's blob store holds of a record.</summary>
internal sealed class RecordBlobs(IBlobStore blobs, AttachmentCache cache)
{
    /// <summary>Erases chunks, key header and manifest. The manifest names the chunks, so it goes last, and what a crash left over is found
    /// again.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public async Task EraseAsync(RecordReference record, RecordEntry entry, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, entry.Manifest, cancellationToken).ConfigureAwait(false)
            is { } manifest)
        {
            Digest mark = RecordEntry.Mark(record.Owner, record.Record);
            foreach (Digest chunk in manifest.Chunks)
            {
                await EraseChunkAsync(chunk, mark, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Erases a chunk that carries the record's mark: a manifest may name chunks of other records, which are not its owner's to
    /// erase.</summary>
    private async Task EraseChunkAsync(Digest chunk, Digest mark, CancellationToken cancellationToken)
    {
        try
        {
            if (await blobs.TryGetAsync(chunk, cancellationToken).ConfigureAwait(false) is not { Length: >= Digest.Size } bytes
                || new Digest(bytes.Span[..Digest.Size]) != mark)
            {
                return;
            }
        }
        catch (StorageException e) when (e.Fault == StorageFault.Corrupt)
        {
            // Damaged: nobody can use it any more, whosever it is.
        }

        await blobs.EraseAsync(chunk, cancellationToken).ConfigureAwait(false);
    }
}
