using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>Reads a record that a decision opened: fetches, checks everything against the decision's commitments, restores the key and
/// decrypts.</summary>
internal static class RecordReader
{
    /// <summary>Reads the content.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="record">The record with its commitments.</param>
    /// <param name="shares">What custodians released for the permit.</param>
    /// <param name="blobs">Where manifests, headers and chunks are; not trusted.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The plaintext, which the caller zeroes, or the reason why there is none.</returns>
    public static async ValueTask<RecordContent> ReadAsync(
        ChainId chain,
        PermittedRecord record,
        OpenedShares shares,
        IBlobStore blobs,
        CancellationToken cancellationToken)
    {
        try
        {
            return await ReadCheckedAsync(chain, record, shares, blobs, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return RecordContent.Failed($"Record {record.Record} cannot be read: {e.Message}");
        }
    }

    private static async ValueTask<RecordContent> ReadCheckedAsync(
        ChainId chain,
        PermittedRecord record,
        OpenedShares shares,
        IBlobStore blobs,
        CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, record.Manifest, cancellationToken).ConfigureAwait(false)
                is not { } manifest
            || await AttachmentReader.TryReadAsync<KeyHeader>(blobs, record.KeyHeader, cancellationToken).ConfigureAwait(false)
                is not { } header)
        {
            return RecordContent.Failed(
                $"The manifest or key header of record {record.Record} is gone or is not what the chain commits to.");
        }

        var chunks = new byte[manifest.Chunks.Length][];
        for (int i = 0; i < chunks.Length; i++)
        {
            if (await blobs.TryGetAsync(manifest.Chunks[i], cancellationToken).ConfigureAwait(false) is not { } chunk)
            {
                return RecordContent.Failed($"Chunk {i} of record {record.Record}, blob {manifest.Chunks[i]}, is gone.");
            }

            chunks[i] = chunk.ToArray();
        }

        if (ContentRoot.Of(chunks) != record.ContentRoot)
        {
            return RecordContent.Failed($"The ciphertext of record {record.Record} is not what the chain commits to.");
        }

        using SecretScalar? secret = shares.TryRestore(record.Record, header);
        if (secret is null)
        {
            return RecordContent.Failed(
                $"Custodians released {shares.CountOf(record.Record)} shares for record {record.Record}, too few good ones: "
                + $"{header.Commitments.Length} are needed.");
        }

        using ContentCipher cipher = ContentCipher.ForExisting(secret, header.Content, chain, record.Record);
        return cipher.TryDecrypt(chunks, out byte[]? plaintext, out string? reason, Digest.Size)
            ? new RecordContent(plaintext, null)
            : RecordContent.Failed($"Record {record.Record}: {reason}");
    }
}

/// <summary>What reading a record gave.</summary>
/// <param name="Plaintext">The content; <see langword="null"/> when there is none.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record RecordContent(byte[]? Plaintext, string? Problem)
{
    public static RecordContent Failed(string problem) => new(null, problem);
}
