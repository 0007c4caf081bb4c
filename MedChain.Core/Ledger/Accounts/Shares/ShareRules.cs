using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>How a record becomes live: its owner deals the key's shares to the validators of the epoch, each checks its own, and a quorum
/// says so on the chain. One that was dealt a wrong share can show it to everybody.</summary>
/// <remarks>At most f liars cannot keep an honest dealer's record from becoming live: the honest custodians are a quorum, and a refutation
/// counts only when it opens the dealer's own sealed share to something wrong.</remarks>
internal static class ShareRules
{
    public static IEnumerable<Digest> Reads(LedgerState state, RefuteShare command) =>
        state.Get<RecordEntry>(StateKey.Record(command.Owner, command.Record)) is { Status: RecordStatus.Dealt or RecordStatus.Live } record
            ? [record.KeyHeader]
            : [];

    public static IEnumerable<Digest> Reads(LedgerState state, AcceptShares command) =>
        command.Shares.SelectMany(s => ReshareRules.Reads(state, s.Owner, s.Record));

    /// <summary>A new record waits for its custodians.</summary>
    public static string? Open(LedgerState state, Genesis genesis, AccountId owner, StoreRecord command, LedgerContext context)
    {
        if (command.Epoch != context.Epoch)
        {
            return $"The record's key is dealt to the validators of epoch {command.Epoch}; this is epoch {context.Epoch}: deal it again.";
        }

        if (context.TryReadAttachment(command.KeyHeader, out KeyHeader? header) is { } unreadable)
        {
            return unreadable;
        }

        ValidatorSet custodians = ValidatorRules.Read(state, genesis, context.Epoch).Current;
        if (header!.Problem(RecordEntry.Mark(owner, command.Record), custodians) is { } wrong)
        {
            return wrong;
        }

        state.Put(StateKey.Custody(owner, command.Record), CustodyEntry.New(context.Epoch, custodians, context.Height));
        return null;
    }

    /// <summary>Takes the acceptances that count; one that comes too late or twice does not hold up the others.</summary>
    public static string? Accept(LedgerState state, Genesis genesis, PublicKey sender, AcceptShares command, LedgerContext context)
    {
        int counted = 0;
        string? first = null;
        foreach (ShareAcceptance share in command.Shares)
        {
            if (Accept(state, genesis, sender, share, context) is { } problem)
            {
                first ??= problem;
            }
            else
            {
                counted++;
            }
        }

        return counted > 0 ? null : first ?? "The command accepts no share.";
    }

    public static string? Refute(LedgerState state, Genesis genesis, PublicKey sender, RefuteShare command, LedgerContext context)
    {
        StateKey key = StateKey.Record(command.Owner, command.Record);
        if (state.Get<RecordEntry>(key) is not { Status: RecordStatus.Dealt or RecordStatus.Live } record)
        {
            return $"There is no record {command.Record} of {command.Owner} whose shares could be refuted.";
        }

        CustodyEntry custody = state.Get<CustodyEntry>(StateKey.Custody(command.Owner, command.Record))!;
        int custodian = ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is { } custodians
            ? CustodyEntry.IndexOf(custodians, sender)
            : -1;
        if (custodian < 0)
        {
            return $"The transaction is not signed by the operator key of a custodian of record {command.Record}.";
        }

        if (HoldRules.Covering(state, command.Owner, command.Record) is { IsZero: false } hold)
        {
            return $"Record {command.Record} is under legal hold {hold}: it is not rejected before the hold is lifted.";
        }

        if (!custody.Handles[custodian].IsZero)
        {
            return $"Custodian {custodian} has accepted its share of record {command.Record}.";
        }

        if (context.TryReadAttachment(record.KeyHeader, out KeyHeader? header) is { } unreadable)
        {
            return unreadable;
        }

        if (!Refutes(header!, custodian, command.Opening.Span))
        {
            return $"The opening does not open the share of custodian {custodian} to anything but what the commitments promise.";
        }

        state.Put(key, record with { Status = RecordStatus.Rejected });
        state.Put(
            StateKey.Custody(command.Owner, command.Record), custody with { Order = command.Record, ErasedAt = context.Height });
        ErasureRules.Mark(state, context, command.Record, record.Manifest, record.KeyHeader);
        context.Emit(LedgerEventKind.RecordRejected, command.Owner, command.Record);
        return null;
    }

    private static string? Accept(
        LedgerState state, Genesis genesis, PublicKey sender, ShareAcceptance share, LedgerContext context)
    {
        StateKey recordKey = StateKey.Record(share.Owner, share.Record);
        if (state.Get<RecordEntry>(recordKey) is not { Status: RecordStatus.Dealt or RecordStatus.Live } record)
        {
            return $"There is no record {share.Record} of {share.Owner} to accept a share of.";
        }

        if (record.KeyHeader != share.KeyHeader && state.Get<ReshareEntry>(StateKey.Reshare(share.Owner, share.Record)) is not null)
        {
            return ReshareRules.Accept(state, genesis, sender, share, context);
        }

        if (record.KeyHeader != share.KeyHeader)
        {
            return $"There is no record {share.Record} of {share.Owner} with key header {share.KeyHeader} to accept a share of.";
        }

        StateKey custodyKey = StateKey.Custody(share.Owner, share.Record);
        CustodyEntry custody = state.Get<CustodyEntry>(custodyKey)!;
        if (ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is not { } custodians
            || CustodyEntry.IndexOf(custodians, sender) is not (>= 0 and var custodian))
        {
            return $"The transaction is not signed by the operator key of a custodian of record {share.Record}.";
        }

        if (share.Handle.IsZero || custody.Handles[custodian] == share.Handle)
        {
            return $"Custodian {custodian} has accepted its share of record {share.Record} before, or under no handle.";
        }

        // A custodian that lost what it kept takes its share out of the header again, under a new handle.
        ImmutableArray<Digest> handles = custody.Handles.SetItem(custodian, share.Handle);
        custody = custody with { Handles = handles };
        state.Put(custodyKey, custody);
        if (record.Status == RecordStatus.Dealt && custody.Accepted >= custodians.Quorum)
        {
            RecordEntry live = record with { Status = RecordStatus.Live };
            state.Put(recordKey, RecordVersions.Follow(state, share.Owner, share.Record, live));
            context.Emit(LedgerEventKind.RecordAccepted, share.Owner, share.Record);
        }

        return null;
    }

    /// <summary>Whether an opening shows that a sealed share is wrong: it opens authentically, to something that the commitments do not
    /// promise.</summary>
    private static bool Refutes(KeyHeader header, int custodian, ReadOnlySpan<byte> opening)
    {
        if (custodian >= header.SealedShares.Length)
        {
            return false; // A header after a resharing: no owner dealt it.
        }

        ReadOnlySpan<byte> message = header.SealedShares[custodian].Span;
        byte[] plaintext = new byte[Math.Max(0, SealedBox.LengthOf(message))];
        if (!SealedBox.TryOpenRevealed(opening, message, plaintext))
        {
            return false;
        }

        if (!SecretScalar.TryImport(plaintext, out SecretScalar? share))
        {
            return true;
        }

        using (share)
        {
            return !SecretSharing.VerifyShare(header.Commitments.AsSpan(), custodian + 1, share);
        }
    }
}
