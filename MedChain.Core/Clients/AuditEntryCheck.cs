using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
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

        command = ActFor.Unwrap(command);
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
        Digest commitment = AuditOpening.CommitmentOf(command);
        if (entry.Attachment is { } attachment && (commitment.IsZero || attachment.Commitment != commitment))
        {
            return AuditVerdictEntry.Unproved("What the file gives as an attachment is not what the transaction commits to.");
        }

        if (entry.Row is not null)
        {
            return AuditVerdictEntry.Unproved("A row of decisions belongs to a task's entry only.");
        }

        DecisionOutcome? outcome = null;
        if (entry.State is { } state)
        {
            if (!Proves(state, StateKey.Decision(happened.Reference), out DecisionEntry? decision) || decision.Patient != patient)
            {
                return AuditVerdictEntry.Unproved("What the file gives as the decision is not proved.");
            }

            outcome = decision.Outcome;
        }

        if (commitment.IsZero)
        {
            return command is OrderErasure order ? bare with { Detail = $"{bare.Detail}: {AuditOpening.Describe(order.Scope)}" } : bare;
        }

        AuditOpening? opened = entry.Attachment is null ? null : AuditOpening.Read(command, entry.Attachment.Content);
        string decided = outcome is null ? "" : $": {outcome}";
        return bare with
        {
            Detail = opened is null ? bare.Detail + decided : $"{bare.Detail}, {opened.Words}{decided}",
            Gap = opened is null ? "details erased, too large, or not in the file" : null,
            Facts = (opened?.Facts ?? AuditFacts.None) with { Outcome = outcome },
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
                + $"{task.Asked.Count(e => e.HasErased)} of {task.Asked.Count()} executors confirmed erasure";
        AuditVerdictEntry known = bare with
        {
            Actor = task.Researcher,
            Reference = id,
            Detail = $"{bare.Detail}, {what}",
            Facts = AuditFacts.None with { Action = "compute", Purpose = task.Request.Purpose },
        };
        if (entry is { Attachment: null, State: null, Row: null })
        {
            return known with { Gap = "her decision was replaced by a later round or erased: nothing shows that the task asked for her" };
        }

        return entry is { Attachment: null, State: { } state, Row: { } row }
            && Proves(state, StateKey.Task(id), out TaskAnswer? answer)
            && answer.Decisions == happened.Reference
            && row.Row.Patient == patient
            && row.IsUnder(answer.DecisionsRoot)
            ? known with
            {
                Detail = $"{known.Detail}; her permissions say {row.Row.Outcome}",
                Facts = known.Facts with { Outcome = row.Row.Outcome },
            }
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
}
