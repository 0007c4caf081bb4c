using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Sends revocations.</summary>
internal static class Revocations
{
    public static async Task<Digest> SendAsync(
        ChainClient client, AccountId patient, RevocationDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document.Reason);
        int length = System.Text.Encoding.UTF8.GetByteCount(document.Reason);
        if (length > RevocationDocument.MaxReasonBytes)
        {
            throw new ArgumentException(
                $"The reason has {length} bytes of UTF-8, above {RevocationDocument.MaxReasonBytes}: shorten it.", nameof(document));
        }

        var revocation = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment attachment = Attachment.Create(document);
        RefusedException.ThrowIfNotApplied(await client.SendAsync(
            new RevokePermissions(revocation, patient, attachment.Commitment), [attachment], cancellationToken).ConfigureAwait(false));
        return revocation;
    }
}
