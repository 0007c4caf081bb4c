using System.Collections.Immutable;
using System.Security.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Commits what came of a permitted access, before the reader gets anything.</summary>
internal static class AccessReceipts
{
    /// <summary>Sends the receipt of an access.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="client">The reader's client.</param>
    /// <param name="request">The request that was permitted.</param>
    /// <param name="permitted">How many records the decision opens.</param>
    /// <param name="returned">Those that were read, in the order of the decision.</param>
    /// <param name="bytes">How many bytes they have together.</param>
    /// <param name="shares">What the custodians released.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RefusedException">The chain refuses the receipt.</exception>
    public static async Task SendAsync(
        HostedChain chain,
        ChainClient client,
        Digest request,
        int permitted,
        ImmutableArray<ReturnedRecord> returned,
        long bytes,
        OpenedShares shares,
        CancellationToken cancellationToken)
    {
        ReadingOutcome outcome = returned.Length == permitted ? ReadingOutcome.Complete
            : returned.IsEmpty ? ReadingOutcome.Nothing
            : ReadingOutcome.Partial;
        Attachment details = Attachment.Create(new AccessReceiptDetails(
            new Actors(client.Account, chain.Software), returned, [.. shares.Releases.Select(SignedRelease.Of)]));
        RefusedException.ThrowIfNotApplied(await client.SendAsync(
            new AcknowledgeAccess(request, RecordSealer.SizeBucket(bytes), outcome, details.Commitment), [details], cancellationToken)
            .ConfigureAwait(false));
    }

    /// <summary>For plaintext that nobody receives.</summary>
    public static void Zero(IEnumerable<AccessedRecord> records)
    {
        foreach (AccessedRecord record in records)
        {
            CryptographicOperations.ZeroMemory(record.Content);
        }
    }
}
