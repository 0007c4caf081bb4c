using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Ledger;

/// <summary>Reads attachments outside of execution.</summary>
internal static class AttachmentReader
{
    /// <summary>Reads the content of an attachment and checks it against its commitment.</summary>
    /// <returns><see langword="null"/> when it is gone, or malformed.</returns>
    /// <exception cref="StorageException">The store failed, or holds other bytes under the commitment.</exception>
    public static async ValueTask<T?> TryReadAsync<T>(IBlobStore blobs, Digest commitment, CancellationToken cancellationToken)
        where T : class, ICanonical<T> =>
        await blobs.TryGetAsync(commitment, cancellationToken).ConfigureAwait(false) is { } blob
        && Digest.Of(blob.Span) == commitment
        && Canonical.TryDecode(blob, out Attachment? attachment, out _)
        && Canonical.TryDecode(attachment.Content, out T? content, out _)
            ? content
            : null;
}
