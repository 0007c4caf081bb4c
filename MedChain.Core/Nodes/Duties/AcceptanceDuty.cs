using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Takes a custodian's shares of new records into its vault and says so on the chain; shows a wrong one to everybody.</summary>
internal sealed class AcceptanceDuty(LedgerValidator validator, ShareVault vault, ChainClient client)
{
    private PublicKey Operator => validator.Options.OperatorKey.PublicKey;

    /// <summary>Does what is to do for some records.</summary>
    /// <returns>The records for which something is missing yet.</returns>
    public async Task<List<RecordReference>> DoAsync(IReadOnlyList<RecordReference> records, CancellationToken cancellationToken)
    {
        var later = new List<RecordReference>();
        var acceptances = new List<ShareAcceptance>();
        LedgerState state = validator.Machine.Current.Read();
        foreach (RecordReference record in records)
        {
            if (FindDeal(state, record) is not { } deal)
            {
                continue;
            }

            Digest handle = vault.HandleOf(deal.Record.KeyHeader);
            if (handle.IsZero)
            {
                (handle, bool isMissing) = await TakeAsync(record, deal, cancellationToken).ConfigureAwait(false);
                if (isMissing)
                {
                    later.Add(record);
                }
            }

            if (!handle.IsZero && handle != deal.Custody.Handles[deal.Custodian])
            {
                acceptances.Add(new ShareAcceptance(record.Owner, record.Record, deal.Record.KeyHeader, handle));
            }
        }

        foreach (ShareAcceptance[] batch in acceptances.Chunk(AcceptShares.MaxCount))
        {
            await client.SendAsync(new AcceptShares([.. batch]), [], cancellationToken).ConfigureAwait(false);
        }

        return later;
    }

    /// <summary>What was dealt to this custodian; <see langword="null"/> when nothing was, or the record no longer needs it.</summary>
    private Deal? FindDeal(LedgerState state, RecordReference reference)
    {
        if (state.Get<RecordEntry>(StateKey.Record(reference.Owner, reference.Record))
                is not { Status: RecordStatus.Dealt or RecordStatus.Live } record
            || state.Get<CustodyEntry>(StateKey.Custody(reference.Owner, reference.Record)) is not { } custody
            || ValidatorRules.Of(state, validator.Genesis, custody.Epoch) is not { } custodians)
        {
            return null;
        }

        int custodian = CustodyEntry.IndexOf(custodians, Operator);
        return custodian < 0 ? null : new Deal(record, custody, custodian);
    }

    /// <summary>Takes the share out of the key header into the vault.</summary>
    /// <returns>The share's handle, zero when there is no good share; and whether the header is not there yet.</returns>
    private async Task<(Digest Handle, bool IsMissing)> TakeAsync(RecordReference record, Deal deal, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<KeyHeader>(validator.Blobs, deal.Record.KeyHeader, cancellationToken).ConfigureAwait(false)
            is not { } header)
        {
            return (default, true);
        }

        DealtShare dealt = DealtShare.Open(
            validator.Options.CustodyKeys, validator.Genesis.Chain, record.Record, header, deal.Custodian);
        if (dealt.Share is { } share)
        {
            using (share)
            {
                return (
                    await vault.KeepAsync(record.Owner, record.Record, deal.Record.KeyHeader, share, cancellationToken)
                        .ConfigureAwait(false),
                    false);
            }
        }

        if (dealt.Refutation is { } opening && deal.Custody.Handles[deal.Custodian].IsZero)
        {
            await client.SendAsync(new RefuteShare(record.Owner, record.Record, opening), [], cancellationToken).ConfigureAwait(false);
        }

        return default;
    }

    private sealed record Deal(RecordEntry Record, CustodyEntry Custody, int Custodian);
}
