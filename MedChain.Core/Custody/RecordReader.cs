using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>Reads the whole of a record that a decision opened.</summary>
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
        (RecordContents? contents, string? problem) = await RecordContents.OpenAsync(
            chain, record, shares, blobs, cancellationToken).ConfigureAwait(false);
        using (contents)
        {
            return contents is null
                ? RecordContent.Failed(problem!)
                : await contents.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>What reading a record gave.</summary>
/// <param name="Plaintext">The content; <see langword="null"/> when there is none.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record RecordContent(byte[]? Plaintext, string? Problem)
{
    public static RecordContent Failed(string problem) => new(null, problem);
}
