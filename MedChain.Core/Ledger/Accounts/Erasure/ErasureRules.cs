using System.Collections.Immutable;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>From the order to erase over the custodians' receipts to a record that counts as erased: with a quorum of receipts, of which at
/// most f lie, fewer shares are left than restore the key.</summary>
internal static class ErasureRules
{
    /// <summary>Whether an attachment may not be asked for any more.</summary>
    public static bool IsErased(LedgerState state, Digest attachment) =>
        state.Tree.TryGet(StateKey.ErasedAttachment(attachment).Bytes.Span) is not null;

    /// <summary>Marks attachments as erased, for ever.</summary>
    public static void Mark(LedgerState state, LedgerContext context, Digest order, params ReadOnlySpan<Digest> attachments)
    {
        foreach (Digest attachment in attachments)
        {
            state.Put(StateKey.ErasedAttachment(attachment), new ErasedAttachment(order, context.Height));
        }
    }

    public static IEnumerable<Digest> Reads(LedgerState state, OrderErasure command) =>
        command.Scope.Kind == ErasureKind.Class
            ? state.Scan<RecordEntry>(StateKey.RecordsOf(command.Owner)).Where(r => IsThere(r.Value)).Select(r => r.Value.Manifest)
            : [];

    public static string? Order(LedgerState state, AccountId sender, OrderErasure command, LedgerContext context)
    {
        if (AuthorityProblem(state, sender, command.Owner) is { } unauthorised)
        {
            return unauthorised;
        }

        StateKey key = StateKey.Erasure(command.Order);
        if (state.Get<ErasureEntry>(key) is not null)
        {
            return $"Order {command.Order} exists already.";
        }

        (Digest Record, RecordEntry Entry)[] caught = [.. Caught(state, command, context)];
        Digest[] policies = command.Scope.Kind == ErasureKind.Account ? GrantErasure.PoliciesOf(state, command.Owner) : [];
        if (caught.Length == 0 && policies.Length == 0)
        {
            return "There is nothing left that the order is about.";
        }

        foreach ((Digest record, _) in caught)
        {
            if (HoldRules.Covering(state, command.Owner, record) is { IsZero: false } hold)
            {
                return $"Record {record} is under legal hold {hold}: it is not erased before the hold is lifted.";
            }
        }

        foreach ((Digest record, RecordEntry entry) in caught)
        {
            Begin(state, command, record, entry, context);
        }

        ImmutableArray<Digest> orphaned = [.. GrantErasure.Erase(state, command.Owner, policies)];
        Mark(state, context, command.Order, orphaned.AsSpan());
        state.Put(key, new ErasureEntry(
            command.Owner,
            sender,
            command.Scope,
            context.Time,
            context.Time + command.Window,
            [.. caught.Select(c => c.Record)],
            orphaned));
        context.Emit(LedgerEventKind.ErasureOrdered, command.Owner, command.Order);
        return null;
    }

    /// <summary>Takes the receipts that count; one that comes twice does not hold up the others.</summary>
    public static string? Confirm(LedgerState state, Genesis genesis, PublicKey sender, ConfirmErasures command, LedgerContext context)
    {
        int counted = 0;
        string? first = null;
        foreach (ErasureReceipt receipt in command.Receipts)
        {
            if (Confirm(state, genesis, sender, receipt, context) is { } problem)
            {
                first ??= problem;
            }
            else
            {
                counted++;
            }
        }

        return counted > 0 ? null : first ?? "The command confirms nothing.";
    }

    /// <summary>Convicts a custodian whose destroyed secret is shown.</summary>
    public static string? Report(
        LedgerState state, Genesis genesis, ReportResurfacedShare command, LedgerContext context)
    {
        if (state.Get<RecordEntry>(StateKey.Record(command.Owner, command.Record)) is not { } record
            || state.Get<CustodyEntry>(StateKey.Custody(command.Owner, command.Record)) is not { } custody
            || command.Custodian >= custody.Handles.Length
            || !custody.HasConfirmed(command.Custodian))
        {
            return $"Custodian {command.Custodian} has not signed that it destroyed a share of record {command.Record}.";
        }

        if (ShareHandle.Of(genesis.Chain, record.KeyHeader, command.Secret) != custody.Handles[command.Custodian])
        {
            return "The secret is not the one that lay with the share.";
        }

        return MisconductRules.Convict(
            state, genesis, custody, command.Custodian, CustodyMisconduct.ResurfacedShare, command.Owner, command.Record, context);
    }

    /// <summary>Who may order. A patient orders for herself.</summary>
    private static string? AuthorityProblem(LedgerState state, AccountId sender, AccountId owner) =>
        sender == owner && state.Get<AccountEntry>(StateKey.Account(owner)) is { Kind: AccountKind.Patient }
            ? null
            : $"Account {sender} may not order the erasure of records of {owner}.";

    private static bool IsThere(RecordEntry record) => record.Status is RecordStatus.Dealt or RecordStatus.Live;

    private static IEnumerable<(Digest Record, RecordEntry Entry)> Caught(LedgerState state, OrderErasure command, LedgerContext context)
    {
        foreach ((ReadOnlyMemory<byte> key, RecordEntry entry) in state.Scan<RecordEntry>(StateKey.RecordsOf(command.Owner)))
        {
            Digest record = StateKey.SecondPart(key);
            bool isCaught = IsThere(entry) && command.Scope.Kind switch
            {
                ErasureKind.Records => command.Scope.Records.BinarySearch(record) >= 0,
                ErasureKind.Class => context.TryReadAttachment(entry.Manifest, out RecordManifest? manifest) is null
                    && command.Scope.Covers(manifest!),
                _ => true,
            };
            if (isCaught)
            {
                yield return (record, entry);
            }
        }
    }

    private static void Begin(LedgerState state, OrderErasure command, Digest record, RecordEntry entry, LedgerContext context)
    {
        Resharing.Resharing.Abandon(state, command.Owner, record);
        state.Put(StateKey.Record(command.Owner, record), entry with { Status = RecordStatus.Erasing });
        StateKey custody = StateKey.Custody(command.Owner, record);
        CustodyEntry known = state.Get<CustodyEntry>(custody)!;
        state.Put(custody, known with { Order = command.Order, ErasedAt = context.Height });
        Mark(state, context, command.Order, [entry.Manifest, entry.KeyHeader, .. known.Superseded]);
    }

    private static string? Confirm(
        LedgerState state, Genesis genesis, PublicKey sender, ErasureReceipt receipt, LedgerContext context)
    {
        StateKey recordKey = StateKey.Record(receipt.Owner, receipt.Record);
        StateKey custodyKey = StateKey.Custody(receipt.Owner, receipt.Record);
        if (state.Get<RecordEntry>(recordKey) is not { Status: RecordStatus.Erasing or RecordStatus.Erased } record
            || state.Get<CustodyEntry>(custodyKey) is not { } custody)
        {
            return $"Nobody has ordered to erase record {receipt.Record} of {receipt.Owner}.";
        }

        if (ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is not { } custodians
            || CustodyEntry.IndexOf(custodians, sender) is not (>= 0 and var custodian))
        {
            return $"The transaction is not signed by the operator key of a custodian of record {receipt.Record}.";
        }

        if (custody.HasConfirmed(custodian))
        {
            return $"Custodian {custodian} has confirmed the erasure of record {receipt.Record} before.";
        }

        if (!IsRight(receipt, custody.Handles[custodian]))
        {
            return $"The rosters of custodian {custodian} do not show that exactly the share of record {receipt.Record} went.";
        }

        custody = custody.WithConfirmed(custodian);
        state.Put(custodyKey, custody);
        if (record.Status == RecordStatus.Erasing && custody.Confirmations >= custodians.Quorum)
        {
            state.Put(recordKey, record with { Status = RecordStatus.Erased });
            context.Emit(LedgerEventKind.RecordErased, receipt.Owner, receipt.Record);
        }

        return null;
    }

    /// <summary>A custodian that never accepted a share has none to take out of its roster.</summary>
    private static bool IsRight(ErasureReceipt receipt, Digest handle) => handle.IsZero
        ? receipt.Before == receipt.After && receipt.Path.Equals(StateProof.OfEmptyTree)
        : receipt.Path.TryRemove(receipt.Before, handle.ToArray(), out Digest after) && after == receipt.After;
}
