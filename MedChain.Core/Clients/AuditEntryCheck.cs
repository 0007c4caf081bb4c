using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Judges the entries of one audit file in their order.</summary>
internal sealed class AuditEntryCheck(ValidatorHistory history, AccountId patient)
{
    private const long MaxTime = 253_402_300_799_999;
    private (long Height, long Index, int Event) _last = (-1, -1, -1);

    public AuditVerdictEntry Judge(AuditFileEntry entry)
    {
        if (!entry.Proof.Verify(history))
        {
            return AuditVerdictEntry.Unproved("The proof does not hold for the chain's validators.");
        }

        BlockHeader header = entry.Proof.Header;
        if (entry.Proof.Fact is not ChainFact.TransactionEntry fact
            || !Canonical.TryDecode(fact.Transaction, out Transaction? transaction, out _)
            || !Canonical.TryDecode(fact.Receipt, out Receipt? receipt, out _)
            || !Canonical.TryDecode(transaction.Body, out Command? command, out _)
            || entry.Event >= receipt.Events.Length
            || header.Time > MaxTime)
        {
            return AuditVerdictEntry.Unproved("The proof is of nothing that belongs into an audit trail.");
        }

        if (transaction.Chain != history.Chain || !transaction.HasValidSignature())
        {
            return AuditVerdictEntry.Unproved("The transaction is not signed by its sender for this chain.");
        }

        var place = (header.Height.Value, fact.Index, entry.Event);
        if (place.CompareTo(_last) <= 0)
        {
            return AuditVerdictEntry.Unproved("The entry is repeated or out of order.");
        }

        _last = place;
        LedgerEvent happened = receipt.Events[entry.Event];
        if (AuditWords.Of(happened.Kind) is not var (kind, text))
        {
            return AuditVerdictEntry.Unproved("The event is none of an audit trail.");
        }

        var bare = new AuditVerdictEntry(
            null,
            null,
            header.Height,
            DateTimeOffset.FromUnixTimeMilliseconds(header.Time),
            kind,
            transaction.Sender,
            happened.Reference,
            text);
        return kind is AuditKind.TaskDecided or AuditKind.TaskRecorded
            ? JudgeTask(entry, command, happened, bare)
            : happened.Subject == patient
                ? JudgeOpening(entry, command, happened, bare)
                : AuditVerdictEntry.Unproved("The event is about somebody else.");
    }

    private AuditVerdictEntry JudgeOpening(AuditFileEntry entry, Command command, LedgerEvent happened, AuditVerdictEntry bare)
    {
        Digest commitment = CommitmentOf(command);
        if (entry.Attachment is { } attachment && (commitment.IsZero || attachment.Commitment != commitment))
        {
            return AuditVerdictEntry.Unproved("What the file gives as an attachment is not what the transaction commits to.");
        }

        if (entry.Row is not null)
        {
            return AuditVerdictEntry.Unproved("A row of decisions belongs to a task's entry only.");
        }

        string outcome = "";
        if (entry.State is { } state)
        {
            if (!Proves(state, StateKey.Decision(happened.Reference), out DecisionEntry? decision) || decision.Patient != patient)
            {
                return AuditVerdictEntry.Unproved("What the file gives as the decision is not proved.");
            }

            outcome = $": {decision.Outcome}";
        }

        if (commitment.IsZero)
        {
            return command is OrderErasure order ? bare with { Detail = $"{bare.Detail}: {Describe(order.Scope)}" } : bare;
        }

        string? opened = entry.Attachment is null ? null : Describe(command, entry.Attachment.Content);
        return bare with
        {
            Detail = opened is null ? bare.Detail + outcome : $"{bare.Detail}, {opened}{outcome}",
            Gap = opened is null ? "details erased, too large, or not in the file" : null,
        };
    }

    /// <summary>A task concerns the patient when the decisions that the event refers to have a row for her: the state holds their
    /// root.</summary>
    private AuditVerdictEntry JudgeTask(AuditFileEntry entry, Command command, LedgerEvent happened, AuditVerdictEntry bare)
    {
        if (command is not DeliverProof { Proof.Fact: ChainFact.StateEntry fact }
            || StateKey.TryReadTask(fact.Key) is not { } id
            || !Canonical.TryDecode(fact.Value, out TaskEntry? task, out _))
        {
            return AuditVerdictEntry.Unproved("The transaction brings no task.");
        }

        string what = bare.Kind == AuditKind.TaskDecided
            ? $"{task.Request.Computation} for {task.Request.Purpose}, cohort {task.Cohort}"
            : $"{task.Request.Computation} for {task.Request.Purpose}: {task.Outcome}, "
                + $"{task.Executors.Count(e => e.Erased)} of {task.Executors.Length} executors confirmed erasure";
        AuditVerdictEntry known = bare with { Actor = task.Researcher, Reference = id, Detail = $"{bare.Detail}, {what}" };
        if (entry is { Attachment: null, State: null, Row: null })
        {
            return known with { Gap = "her decision was replaced by a later round or erased: nothing shows that the task asked for her" };
        }

        return entry is { Attachment: null, State: { } state, Row: { } row }
            && Proves(state, StateKey.Task(id), out TaskAnswer? answer)
            && answer.Decisions == happened.Reference
            && row.Row.Patient == patient
            && row.IsUnder(answer.DecisionsRoot)
            ? known with { Detail = $"{known.Detail}; her permissions say {row.Row.Outcome}" }
            : AuditVerdictEntry.Unproved("What the file gives as the patient's decision is not proved.");
    }

    private bool Proves<T>(ChainProof proof, StateKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value)
        where T : class, ICanonical<T>
    {
        value = null;
        return proof.Fact is ChainFact.StateEntry fact
            && fact.Key.Span.SequenceEqual(key.Bytes.Span)
            && proof.Verify(history)
            && Canonical.TryDecode(fact.Value, out value, out _);
    }

    /// <summary>The attachment that explains a command; zero for none.</summary>
    internal static Digest CommitmentOf(Command command) => command switch
    {
        StoreRecord record => record.Manifest,
        SetGrant grant => grant.Policy,
        RequestAccess request => request.Details,
        RequestEmergencyAccess request => request.Details,
        ReviewEmergency review => review.Finding,
        SuspendAccount suspend => suspend.Reason,
        ReinstateAccount reinstate => reinstate.Reason,
        _ => default,
    };

    /// <summary>An opened attachment in words; <see langword="null"/> for one that is malformed.</summary>
    private static string? Describe(Command command, ReadOnlyMemory<byte> content) => command switch
    {
        StoreRecord store when Canonical.TryDecode(content, out RecordManifest? manifest, out _) =>
            manifest.Description.Category
                + (manifest.Description.Labels.IsEmpty ? "" : $" [{string.Join(' ', manifest.Description.Labels)}]")
                + (store.Previous.IsZero ? "" : $", a new version of {store.Previous}"),
        SetGrant when Canonical.TryDecode(content, out PolicyDocument? policy, out _) => policy.Text.Length > 0
            ? policy.Text
            : $"template {Contracts.Profile.GrantTemplates.Find(policy.Template)?.Name ?? policy.Template.ToString()} {policy.Parameters}",
        RequestAccess or RequestEmergencyAccess when Canonical.TryDecode(content, out AccessDetails? details, out _) =>
            $"{details.Action} {details.Wanted} for {details.Purpose}"
                + (details.Justification.Length > 0 ? $" ({details.Justification})" : ""),
        ReviewEmergency review when Canonical.TryDecode(content, out Note? note, out _) =>
            $"{(review.Justified ? "justified" : "not justified")} ({note.Text})",
        SuspendAccount or ReinstateAccount when Canonical.TryDecode(content, out Note? note, out _) => note.Text,
        _ => null,
    };

    private static string Describe(ErasureScope scope) => scope.Kind switch
    {
        ErasureKind.Record => $"record {scope.Record}",
        ErasureKind.Class => string.Join(", ", new[] { scope.Category, scope.Label }.Where(part => part.Length > 0)),
        _ => "the account",
    };
}
