using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Resharing;

/// <summary>How the shares of a record's key move to the validators of another epoch, or are replaced by new ones. Old holders deal their
/// own shares; as soon as as many have dealt as restore the key, the new header follows; new holders check their parts and accept. A part
/// that is missing is asked for in the open; a dealer that does not answer is dropped, and the next one's deal takes its place.</summary>
internal static class ReshareRules
{
    /// <summary>How long a dealer has to answer, and how long a quorum of new holders waits for the others, in milliseconds of block
    /// time.</summary>
    public const long Patience = 10_000;

    /// <summary>What any command about a record on its way may read.</summary>
    public static IEnumerable<Digest> Reads(LedgerState state, AccountId owner, Digest record) =>
        state.Get<ReshareEntry>(StateKey.Reshare(owner, record)) is { } entry
        && state.Get<RecordEntry>(StateKey.Record(owner, record)) is { } known
            ? [known.KeyHeader, .. entry.Attachments]
            : [];

    public static IEnumerable<Digest> Reads(LedgerState state, DealShares command) => command.Deals.SelectMany(
        d => state.Get<RecordEntry>(StateKey.Record(d.Owner, d.Record)) is { Status: RecordStatus.Live } record
            ? Reads(state, d.Owner, d.Record).Append(record.KeyHeader).Append(d.Deal)
            : []);

    public static string? Refresh(LedgerState state, Genesis genesis, AccountId sender, RefreshKey command, LedgerContext context)
    {
        if (state.Get<RecordEntry>(StateKey.Record(sender, command.Record)) is not { Status: RecordStatus.Live }
            || state.Get<ReshareEntry>(StateKey.Reshare(sender, command.Record)) is not null)
        {
            return $"The sender has no live record {command.Record} whose shares are at rest.";
        }

        ValidatorSet holders = ValidatorRules.Read(state, genesis, context.Epoch).Current;
        state.Put(StateKey.Reshare(sender, command.Record), ReshareEntry.New(context.Epoch, holders));
        context.Emit(LedgerEventKind.ResharingAdvanced, sender, command.Record);
        return null;
    }

    /// <summary>Takes the deals that count; one that does not holds up no other.</summary>
    public static string? Deal(LedgerState state, Genesis genesis, PublicKey sender, DealShares command, LedgerContext context)
    {
        int counted = 0;
        string? first = null;
        foreach (DealReference deal in command.Deals)
        {
            if (Deal(state, genesis, sender, deal, context) is { } problem)
            {
                first ??= problem;
            }
            else
            {
                counted++;
            }
        }

        return counted > 0 ? null : first ?? "The command deals nothing.";
    }

    /// <summary>A new holder accepts its share under the pending header. Saying so again once a quorum suffices ends the matter.</summary>
    public static string? Accept(
        LedgerState state, Genesis genesis, PublicKey sender, ShareAcceptance share, LedgerContext context)
    {
        if (Resharing.TryRead(state, genesis, share.Owner, share.Record, context) is not { } resharing
            || resharing.Entry.Pending != share.KeyHeader
            || share.Handle.IsZero
            || CustodyEntry.IndexOf(resharing.Holders, sender) is not (>= 0 and var holder))
        {
            return $"The sender is to hold no share of record {share.Record} of {share.Owner} under key header {share.KeyHeader}.";
        }

        bool isNew = resharing.Entry.Handles[holder] != share.Handle;
        resharing.Entry = resharing.Entry with { Handles = resharing.Entry.Handles.SetItem(holder, share.Handle) };
        bool ended = resharing.Settle();
        return isNew || ended ? null : $"Holder {holder} has accepted its new share of record {share.Record} before.";
    }

    public static string? Accuse(LedgerState state, Genesis genesis, PublicKey sender, AccuseDealers command, LedgerContext context)
    {
        if (Resharing.TryRead(state, genesis, command.Owner, command.Record, context) is not { } resharing
            || resharing.Entry.Pending.IsZero
            || CustodyEntry.IndexOf(resharing.Holders, sender) is not (>= 0 and var holder)
            || !resharing.Entry.Handles[holder].IsZero)
        {
            return $"The sender waits for no share of record {command.Record}.";
        }

        Accusation[] accusations =
        [
            .. resharing.Chosen
                .Where(d => (command.Dealers >> d.Dealer & 1) == 1)
                .Where(d => !resharing.Entry.Accusations.Any(a => a.Holder == holder && a.Dealer == d.Dealer))
                .Select(d => new Accusation(holder, d.Dealer, context.Time + Patience, ReadOnlyMemory<byte>.Empty)),
        ];
        if (accusations.Length == 0)
        {
            return "The command accuses nobody whose deal counts and who was not accused before.";
        }

        // An honest holder misses no more. Without this limit a liar could have whole shares read out.
        int before = resharing.Entry.Accusations.Count(a => a.Holder == holder);
        if (before + accusations.Length > resharing.Dealers.MaxFaulty)
        {
            return $"Holder {holder} accuses {before + accusations.Length} dealers; at most {resharing.Dealers.MaxFaulty} can be faulty.";
        }

        resharing.Entry = resharing.Entry with { Accusations = [.. resharing.Entry.Accusations, .. accusations] };
        resharing.Settle();
        context.Emit(LedgerEventKind.ResharingAdvanced, command.Owner, command.Record);
        return null;
    }

    public static string? Answer(LedgerState state, Genesis genesis, PublicKey sender, AnswerAccusation command, LedgerContext context)
    {
        if (Resharing.TryRead(state, genesis, command.Owner, command.Record, context) is not { } resharing
            || CustodyEntry.IndexOf(resharing.Dealers, sender) is not (>= 0 and var dealer)
            || resharing.Entry.Accusations.FirstOrDefault(
                a => a.Holder == command.Holder && a.Dealer == dealer && a.IsOpen) is not { } accusation)
        {
            return $"Holder {command.Holder} of record {command.Record} accuses the sender of nothing.";
        }

        Digest attachment = resharing.Entry.Deals.First(d => d.Dealer == dealer).Deal;
        if (context.TryReadAttachment(attachment, out ShareDeal? deal) is { } unreadable)
        {
            return unreadable;
        }

        if (!SecretScalar.TryImport(command.Part.Span, out SecretScalar? part))
        {
            return "The part is no scalar.";
        }

        using (part)
        {
            if (!SecretSharing.VerifyShare(deal!.Commitments.AsSpan(), command.Holder + 1, part))
            {
                return "The part is not the one that the deal's commitments promise.";
            }
        }

        resharing.Entry = resharing.Entry with
        {
            Accusations = resharing.Entry.Accusations.Replace(accusation, accusation with { Answer = command.Part }),
        };
        resharing.Settle();
        context.Emit(LedgerEventKind.ResharingAdvanced, command.Owner, command.Record);
        return null;
    }

    private static string? Deal(LedgerState state, Genesis genesis, PublicKey sender, DealReference reference, LedgerContext context)
    {
        Resharing? resharing = Resharing.TryRead(state, genesis, reference.Owner, reference.Record, context)
            ?? Resharing.TryBegin(state, genesis, reference.Owner, reference.Record, context);
        if (resharing is null || resharing.Record.KeyHeader != reference.KeyHeader)
        {
            return $"There is no record {reference.Record} of {reference.Owner} with that key header whose shares move.";
        }

        int dealer = CustodyEntry.IndexOf(resharing.Dealers, sender);
        if (dealer < 0 || resharing.Entry.Deals.Any(d => d.Dealer == dealer))
        {
            return $"The sender holds no share of record {reference.Record}, or has dealt it before.";
        }

        if (context.TryReadAttachment(resharing.Record.KeyHeader, out KeyHeader? header) is { } unreadable)
        {
            return unreadable;
        }

        if (context.TryReadAttachment(reference.Deal, out ShareDeal? deal) is { } missing)
        {
            return missing;
        }

        Digest mark = RecordEntry.Mark(reference.Owner, reference.Record);
        if (deal!.Problem(mark, header!, dealer, resharing.Holders) is { } wrong)
        {
            return wrong;
        }

        ImmutableArray<Dealing> deals = resharing.Entry.Deals.Add(new Dealing(dealer, reference.Deal, IsDropped: false));
        resharing.Entry = resharing.Entry with { Deals = deals };
        resharing.Settle();
        return null;
    }
}
