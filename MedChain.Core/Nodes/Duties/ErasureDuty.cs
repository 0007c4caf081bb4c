using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Destroys what a custodian and its store hold of records that are ordered to be erased or were rejected, and signs it.</summary>
/// <remarks>First the state after the order is made durable, on all validators that use the store: what is erased is never needed to
/// execute blocks again.</remarks>
internal sealed class ErasureDuty(LedgerValidator validator, ShareVault vault, ChainClient client)
{
    private const int Tries = 40;

    /// <summary>How long to wait for other validators of the process between two looks.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly RecordBlobs _blobs = new(validator.Blobs, validator.Options.Caches.Attachments);

    /// <summary>Whether something of a record may be left to erase or to confirm.</summary>
    public static bool IsNeeded(RecordEntry record) =>
        record.Status is RecordStatus.Rejected or RecordStatus.Erasing or RecordStatus.Erased;

    /// <summary>Does what is to do for some records.</summary>
    /// <returns>The records for which it is too early.</returns>
    public async Task<IReadOnlyList<RecordReference>> DoAsync(
        IReadOnlyList<RecordReference> records, CancellationToken cancellationToken)
    {
        LedgerState state = validator.Machine.Current.Read();
        bool isClean = await EraseSupersededAsync(state, records, cancellationToken).ConfigureAwait(false);
        Erased[] erased = [.. records.Select(r => Find(state, r)).OfType<Erased>()];
        if (erased.Length == 0)
        {
            return isClean ? [] : records;
        }

        if (!await IsSafeAsync(erased.Max(e => e.Custody.ErasedAt), cancellationToken).ConfigureAwait(false))
        {
            return records;
        }

        var receipts = new List<ErasureReceipt>();
        foreach (Erased record in erased)
        {
            if (await EraseAsync(record, cancellationToken).ConfigureAwait(false) is { } receipt)
            {
                receipts.Add(receipt);
            }
        }

        foreach (ErasureReceipt[] batch in receipts.Chunk(ConfirmErasures.MaxCount))
        {
            await client.SendAsync(new ConfirmErasures([.. batch]), [], cancellationToken).ConfigureAwait(false);
        }

        return isClean ? [] : records;
    }

    /// <summary>Erases the policies that went with an account.</summary>
    /// <returns>Whether it was done; else it is too early.</returns>
    public async Task<bool> ErasePoliciesAsync(ErasureEntry order, CancellationToken cancellationToken)
    {
        Digest[] left = [.. order.Policies.Where(validator.Blobs.Contains)];
        if (left.Length == 0)
        {
            return true;
        }

        LedgerState state = validator.Machine.Current.Read();
        BlockHeight height = state.Get<ErasedAttachment>(StateKey.ErasedAttachment(left[0]))!.Height;
        if (!await IsSafeAsync(height, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        foreach (Digest policy in left)
        {
            await _blobs.EraseAsync(policy, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Destroys shares and attachments that a resharing has put others in the place of.</summary>
    /// <returns>Whether it was done; else it is too early for some.</returns>
    private async Task<bool> EraseSupersededAsync(
        LedgerState state, IReadOnlyList<RecordReference> records, CancellationToken cancellationToken)
    {
        Digest[] left =
        [
            .. records
                .SelectMany(r => state.Get<CustodyEntry>(StateKey.Custody(r.Owner, r.Record))?.Superseded ?? [])
                .Where(a => !vault.HandleOf(a).IsZero || validator.Blobs.Contains(a)),
        ];
        foreach (Digest header in left)
        {
            await vault.EraseAsync(header, cancellationToken).ConfigureAwait(false);
        }

        left = [.. left.Where(a => ErasureRules.IsErased(state, a))];
        if (left.Length == 0)
        {
            return true;
        }

        BlockHeight height = left.Max(a => state.Get<ErasedAttachment>(StateKey.ErasedAttachment(a))!.Height);
        if (!await IsSafeAsync(height, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        foreach (Digest attachment in left)
        {
            await _blobs.EraseAsync(attachment, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private Erased? Find(LedgerState state, RecordReference reference)
    {
        if (state.Get<RecordEntry>(StateKey.Record(reference.Owner, reference.Record)) is not { } record
            || !IsNeeded(record)
            || state.Get<CustodyEntry>(StateKey.Custody(reference.Owner, reference.Record)) is not { } custody)
        {
            return null;
        }

        int custodian = ValidatorRules.Of(state, validator.Genesis, custody.Epoch) is { } custodians
            ? CustodyEntry.IndexOf(custodians, validator.Options.OperatorKey.PublicKey)
            : -1;
        return custodian >= 0 && custody.HasConfirmed(custodian) ? null : new Erased(reference, record, custody, custodian);
    }

    private async Task<bool> IsSafeAsync(BlockHeight height, CancellationToken cancellationToken)
    {
        await validator.StoreStateAsync(height, cancellationToken).ConfigureAwait(false);
        BlobUsers users = validator.Options.Caches.BlobUsers;
        for (int i = 0; users.LeastStored(validator.Blobs) < height; i++)
        {
            if (i == Tries)
            {
                return false;
            }

            await Task.Delay(Look, validator.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Erases one record.</summary>
    /// <returns>The receipt; <see langword="null"/> for a rejected record, which needs none, and for a validator that is no
    /// custodian.</returns>
    private async Task<ErasureReceipt?> EraseAsync(Erased erased, CancellationToken cancellationToken)
    {
        // A share that went before a crash could confirm it is put back into the roster on paper.
        Digest handle = erased.Custodian < 0 ? default : erased.Custody.Handles[erased.Custodian];
        byte[] key = handle.ToArray();
        StateTree before = handle.IsZero ? vault.Roster : vault.Roster.With(key, ReadOnlyMemory<byte>.Empty);
        await vault.EraseAsync(erased.Record.KeyHeader, cancellationToken).ConfigureAwait(false);
        await _blobs.EraseAsync(erased.Reference, erased.Record, cancellationToken).ConfigureAwait(false);
        if (erased.Custodian < 0 || erased.Record.Status == RecordStatus.Rejected)
        {
            return null;
        }

        (AccountId owner, Digest record) = (erased.Reference.Owner, erased.Reference.Record);
        return handle.IsZero
            ? new ErasureReceipt(owner, record, before.Root, before.Root, StateProof.OfEmptyTree)
            : new ErasureReceipt(owner, record, before.Root, before.Without(key).Root, before.Prove(key));
    }

    private sealed record Erased(RecordReference Reference, RecordEntry Record, CustodyEntry Custody, int Custodian);
}
