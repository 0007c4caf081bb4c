using MedChain.Core.Blocks;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>From encrypted content to a live record of a patient.</summary>
/// <param name="chain">Her chain.</param>
/// <param name="owner">The patient.</param>
/// <param name="client">Whose transaction it is.</param>
/// <param name="wrap">Makes the sender's command of hers.</param>
internal sealed class RecordStoring(HostedChain chain, AccountId owner, ChainClient client, Func<Command, Command> wrap)
{
    /// <summary>Deals the key of an upload and puts the record on the chain.</summary>
    /// <returns>The record, once a quorum of custodians keeps its key; <see langword="null"/> when the validators changed meanwhile: the
    /// shares are for the old ones.</returns>
    public async Task<Digest?> StoreAsync(
        RecordUpload upload,
        Func<Task<ContentIndex>> write,
        RecordDescription description,
        Digest? supersedes,
        CancellationToken cancellationToken)
    {
        ContentIndex index;
        try
        {
            index = await write().ConfigureAwait(false);
        }
        catch
        {
            await upload.AbandonAsync().ConfigureAwait(false);
            throw;
        }

        ChainEpoch epoch = chain.History.Latest;
        SealedRecord record = upload.Sealer.Deal(index, epoch.Number, epoch.Validators, description, supersedes ?? default);
        CommittedTransaction stored = await client.SendAsync(
            wrap(record.Command), [record.Manifest, record.KeyHeader], cancellationToken).ConfigureAwait(false);
        if (stored.Receipt.Status == ReceiptStatus.Applied)
        {
            await new RecordWatch(chain, owner).UntilAcceptedAsync(upload.Sealer.Record, cancellationToken).ConfigureAwait(false);
            return upload.Sealer.Record;
        }

        await upload.AbandonAsync().ConfigureAwait(false);
        if (chain.History.Latest.Number == epoch.Number)
        {
            RefusedException.ThrowIfNotApplied(stored);
        }

        return null;
    }
}
