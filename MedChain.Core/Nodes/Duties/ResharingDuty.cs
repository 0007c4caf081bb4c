using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Deals an old holder's shares anew when the validators have changed or a patient asks for it, answers who misses a part, and
/// takes a new holder's shares over.</summary>
internal sealed class ResharingDuty(LedgerValidator validator, ShareVault vault, ChainClient client)
{
    private PublicKey Operator => validator.Options.OperatorKey.PublicKey;

    private ChainId Chain => validator.Genesis.Chain;

    private long Epoch => validator.Engine.Validators.Latest.Number;

    /// <summary>Does what is to do for some records.</summary>
    /// <returns>The records to look at again soon.</returns>
    public async Task<List<RecordReference>> DoAsync(IReadOnlyList<RecordReference> records, CancellationToken cancellationToken)
    {
        var later = new List<RecordReference>();
        var deals = new List<(DealReference Reference, Attachment Deal)>();
        var acceptances = new List<ShareAcceptance>();
        LedgerState state = validator.Machine.Current.Read();
        foreach (RecordReference record in records)
        {
            if (Find(state, record) is not { } moving)
            {
                continue;
            }

            if (await DealAsync(moving, cancellationToken).ConfigureAwait(false) is { } deal)
            {
                deals.Add(deal);
            }

            await AnswerAsync(moving, cancellationToken).ConfigureAwait(false);
            if (await AcceptAsync(moving, cancellationToken).ConfigureAwait(false) is { } acceptance)
            {
                acceptances.Add(acceptance);
            }

            later.Add(record);
        }

        foreach ((DealReference Reference, Attachment Deal)[] batch in deals.Chunk(DealShares.MaxCount))
        {
            await client.SendAsync(
                new DealShares([.. batch.Select(d => d.Reference)]), [.. batch.Select(d => d.Deal)], cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (ShareAcceptance[] batch in acceptances.Chunk(AcceptShares.MaxCount))
        {
            await client.SendAsync(new AcceptShares([.. batch]), [], cancellationToken).ConfigureAwait(false);
        }

        return later;
    }

    /// <summary>A record whose shares are on their way or must go; <see langword="null"/> for any other.</summary>
    private Moving? Find(LedgerState state, RecordReference reference)
    {
        if (state.Get<RecordEntry>(StateKey.Record(reference.Owner, reference.Record)) is not { Status: RecordStatus.Live } record
            || state.Get<CustodyEntry>(StateKey.Custody(reference.Owner, reference.Record)) is not { } custody)
        {
            return null;
        }

        long epoch = Epoch;
        ReshareEntry? entry = state.Get<ReshareEntry>(StateKey.Reshare(reference.Owner, reference.Record));
        entry = entry?.Epoch == epoch ? entry : null;
        return (custody.Epoch < epoch || entry is not null)
            && ValidatorRules.Of(state, validator.Genesis, custody.Epoch) is { } dealers
            && ValidatorRules.Of(state, validator.Genesis, epoch) is { } holders
                ? new Moving(reference, record, entry, dealers, holders)
                : null;
    }

    private async Task<(DealReference, Attachment)?> DealAsync(Moving moving, CancellationToken cancellationToken)
    {
        int dealer = CustodyEntry.IndexOf(moving.Dealers, Operator);
        if (dealer < 0 || moving.Entry?.Deals.Any(d => d.Dealer == dealer) == true)
        {
            return null;
        }

        Digest header = moving.Record.KeyHeader;
        using SecretScalar? share = await vault.TryOpenAsync(header, cancellationToken).ConfigureAwait(false);
        if (share is null)
        {
            return null;
        }

        (AccountId owner, Digest record) = (moving.Reference.Owner, moving.Reference.Record);
        Attachment deal = Attachment.Create(ShareDealing.Deal(
            Chain, RecordEntry.Mark(owner, record), header, validator.Options.CustodyKeys.Public, share, moving.Holders));
        return (new DealReference(owner, record, header, deal.Commitment), deal);
    }

    private async Task AnswerAsync(Moving moving, CancellationToken cancellationToken)
    {
        int dealer = CustodyEntry.IndexOf(moving.Dealers, Operator);
        foreach (Accusation accusation in moving.Entry?.Accusations.Where(a => a.Dealer == dealer && a.IsOpen) ?? [])
        {
            Digest attachment = moving.Entry!.Deals.First(d => d.Dealer == dealer).Deal;
            if (await ReadAsync(attachment, cancellationToken).ConfigureAwait(false) is { } deal
                && ShareDealing.TryAnswer(
                    validator.Options.CustodyKeys, Chain, moving.Record.KeyHeader, deal, accusation.Holder) is { } part)
            {
                await client.SendAsync(
                    new AnswerAccusation(moving.Reference.Owner, moving.Reference.Record, accusation.Holder, part),
                    [],
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes this validator's new share over; accuses the dealers whose parts are not good.</summary>
    /// <returns>The acceptance; <see langword="null"/> when there is nothing to accept, or to say again.</returns>
    private async Task<ShareAcceptance?> AcceptAsync(Moving moving, CancellationToken cancellationToken)
    {
        int holder = CustodyEntry.IndexOf(moving.Holders, Operator);
        if (holder < 0 || moving.Entry is not { Pending.IsZero: false } entry)
        {
            return null;
        }

        (AccountId owner, Digest record) = (moving.Reference.Owner, moving.Reference.Record);
        Digest handle = vault.HandleOf(entry.Pending);
        if (handle.IsZero)
        {
            using SecretScalar? share = await CombineAsync(moving, entry, holder, cancellationToken).ConfigureAwait(false);
            if (share is null)
            {
                return null;
            }

            handle = await vault.KeepAsync(owner, record, entry.Pending, share, cancellationToken).ConfigureAwait(false);
        }

        // Once a quorum suffices, saying it again ends the matter.
        bool mayEnd = entry.Accepted >= moving.Holders.Quorum
            && validator.Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds() >= entry.SettlesAt;
        return handle != entry.Handles[holder] || mayEnd ? new ShareAcceptance(owner, record, entry.Pending, handle) : null;
    }

    private async Task<SecretScalar?> CombineAsync(
        Moving moving, ReshareEntry entry, int holder, CancellationToken cancellationToken)
    {
        var parts = new List<(int Dealer, SecretScalar Part)>();
        ulong missing = 0;
        try
        {
            ImmutableArray<Dealing> chosen = entry.Chosen(moving.Dealers.Quorum);
            foreach (Dealing dealing in chosen)
            {
                if (await ReadAsync(dealing.Deal, cancellationToken).ConfigureAwait(false) is not { } deal)
                {
                    return null; // Not here yet: no reason to accuse anybody.
                }

                if (Take(moving, entry, dealing.Dealer, deal, holder) is { } part)
                {
                    parts.Add((dealing.Dealer, part));
                }
                else if (!entry.Accusations.Any(a => a.Holder == holder && a.Dealer == dealing.Dealer))
                {
                    missing |= 1UL << dealing.Dealer;
                }
            }

            if (missing != 0)
            {
                await client.SendAsync(
                    new AccuseDealers(moving.Reference.Owner, moving.Reference.Record, missing), [], cancellationToken)
                    .ConfigureAwait(false);
            }

            return parts.Count == chosen.Length ? ShareDealing.Combine(parts) : null;
        }
        finally
        {
            parts.ForEach(p => p.Part.Dispose());
        }
    }

    /// <summary>This holder's part of a deal: the answer to its accusation, or what was sealed to it.</summary>
    private SecretScalar? Take(Moving moving, ReshareEntry entry, int dealer, ShareDeal deal, int holder)
    {
        if (entry.Accusations.FirstOrDefault(a => a.Holder == holder && a.Dealer == dealer) is { IsOpen: false } answered)
        {
            return SecretScalar.TryImport(answered.Answer.Span, out SecretScalar? part) ? part : null;
        }

        return ShareDealing.TryOpen(validator.Options.CustodyKeys, Chain, moving.Record.KeyHeader, deal, holder);
    }

    private ValueTask<ShareDeal?> ReadAsync(Digest deal, CancellationToken cancellationToken) =>
        AttachmentReader.TryReadAsync<ShareDeal>(validator.Blobs, deal, cancellationToken);

    private sealed record Moving(
        RecordReference Reference, RecordEntry Record, ReshareEntry? Entry, ValidatorSet Dealers, ValidatorSet Holders);
}
