using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>How an account chain follows a task of the transaction chain, from one proof of the task to the next.</summary>
internal sealed class TaskAnswering
{
    private readonly Genesis _genesis;
    private readonly PermissionDecider _decider;

    public TaskAnswering(Genesis genesis, PermissionDecider decider)
    {
        _genesis = genesis;
        _decider = decider;
    }

    public static IEnumerable<Digest> Reads(LedgerState state, Command command)
    {
        if (command is not DeliverProof { Proof.Fact: ChainFact.StateEntry entry } || StateKey.TryReadTask(entry.Key) is not { } id)
        {
            return [];
        }

        IEnumerable<Digest> previous = state.Get<TaskAnswer>(StateKey.Task(id)) is { Decisions.IsZero: false } answer
            ? [answer.Decisions]
            : [];
        return previous.Concat(Patients(state).SelectMany(patient => PermissionDecider.AttachmentsOf(state, patient)));
    }

    public string? SetBucket(LedgerState state, AccountId sender, SetCountBucket command)
    {
        if (sender != _genesis.Administrator)
        {
            return "Only the chain's administrator says how coarsely it counts.";
        }

        state.Put(StateKey.CountBucket, command.Bucket);
        return null;
    }

    public string? Deliver(LedgerState state, ChainProof proof, LedgerContext context)
    {
        if (proof.Fact is not ChainFact.StateEntry entry || StateKey.TryReadTask(entry.Key) is not { } id)
        {
            return "The proof is not about a task.";
        }

        if (!Anchor.TryReadEntry(state, ChainKind.Transaction, proof, StateKey.Task(id), out TaskEntry? task, out string? reason))
        {
            return reason;
        }

        if (!task.Request.Chains.Contains(_genesis.Chain))
        {
            return $"The task does not ask chain '{_genesis.Name}'.";
        }

        TaskAnswer? answer = state.Get<TaskAnswer>(StateKey.Task(id));
        if (answer?.Stage == AnswerStage.Recorded)
        {
            return $"The record of task {id} is here already.";
        }

        return task.Phase switch
        {
            TaskPhase.Collecting or TaskPhase.Authorising when task.Round > (answer?.Round ?? 0) =>
                Answer(state, proof, id, task, answer, context),
            TaskPhase.Confirming when answer is { Stage: AnswerStage.Authorised } && answer.Round == task.Round =>
                Confirm(state, id, task, answer, context),
            TaskPhase.Recording or TaskPhase.Overdue or TaskPhase.Closed => Record(state, id, task, answer, context),
            _ => $"The task is {task.Phase} in round {task.Round}: nothing for this chain to do.",
        };
    }

    private string? Answer(LedgerState state, ChainProof proof, Digest id, TaskEntry task, TaskAnswer? answer, LedgerContext context)
    {
        if (ReadRows(answer, context, out ImmutableArray<TaskDecisionRow> previous) is { } unreadable)
        {
            return unreadable;
        }

        bool authorise = task.Phase == TaskPhase.Authorising;
        PermissionQuestion question = QuestionOf(task);
        Dictionary<AccountId, Digest> consumed = previous.Where(r => r.Consumed).ToDictionary(r => r.Patient, r => r.Grant);
        var rows = new List<TaskDecisionRow>();
        foreach (AccountId patient in Patients(state).ToArray())
        {
            // What an earlier round consumed is given back first, so that a task costs a patient one use at most.
            Digest earlier = consumed.GetValueOrDefault(patient);
            if (!earlier.IsZero)
            {
                PermissionDecider.GiveBack(state, patient, earlier);
            }

            if (PermissionDecider.RowSalt(state, context, patient, id, proof.Header.Hash) is not { } salt)
            {
                continue;
            }

            PatientDecision decision = TaskMembership.HasLeft(state, patient, id)
                ? PatientDecision.Denied(DecisionOutcome.Revoked)
                : _decider.Decide(state, context, patient, question);
            bool consumes = authorise && decision is { Outcome: DecisionOutcome.Permitted, Consumes: true };
            if (consumes)
            {
                PermissionDecider.Consume(state, patient, decision.Grant);
            }

            var row = new TaskDecisionRow(
                salt, patient, decision.Outcome, decision.Grant, decision.Version, consumes, decision.Records);
            rows.Add(row);
            if (authorise)
            {
                TaskMembership.Update(state, id, row);
            }
        }

        var decisions = new TaskDecisions([.. rows]);
        Attachment document = Attachment.Create(Canonical.Hash("medchain/decisions-salt/v1", decisions).ToArray(), decisions);
        if (rows.Count > TaskDecisions.MaxRows || document.Content.Length > Attachment.MaxContent)
        {
            return $"The decisions for {rows.Count} patients take {document.Content.Length} bytes; the limits of '{_genesis.Name}' are "
                + $"{TaskDecisions.MaxRows} patients and {Attachment.MaxContent} bytes.";
        }

        context.Derive(document);
        state.Put(StateKey.Task(id), new TaskAnswer(
            task.Round,
            authorise ? AnswerStage.Authorised : AnswerStage.Planned,
            CountBucket.Of(state).Floor(rows.Count(r => r.Outcome == DecisionOutcome.Permitted)),
            decisions.Root(),
            document.Commitment,
            [.. task.Executors.Select(e => e.TaskKey)],
            task.Request.Deadline,
            TaskOutcome.Undecided,
            Result: default));
        context.Emit(authorise ? LedgerEventKind.TaskAuthorised : LedgerEventKind.TaskPlanned, default, document.Commitment);
        return null;
    }

    /// <summary>Decides anew whether each permit of the round stands, in the present. So a result never includes a patient who took her
    /// permit back, or whose permit ended, below the height of this block.</summary>
    private string? Confirm(LedgerState state, Digest id, TaskEntry task, TaskAnswer answer, LedgerContext context)
    {
        if (ReadRows(answer, context, out ImmutableArray<TaskDecisionRow> rows) is { } unreadable)
        {
            return unreadable;
        }

        PermissionQuestion question = QuestionOf(task);
        TaskDecisionRow[] fallen =
        [
            .. rows.Where(r => r.Outcome == DecisionOutcome.Permitted && !Stands(state, context, r, question)),
        ];
        foreach (TaskDecisionRow row in fallen)
        {
            TaskMembership.Leave(
                state, row.Patient, id, new TaskMember(row.Grant, [.. row.Records.Select(r => r.Record)], HasLeft: true));
        }

        if (fallen.Length > 0)
        {
            TaskMembership.Withdraw(state, id);
        }
        else
        {
            state.Put(StateKey.Task(id), answer with { Stage = AnswerStage.Confirmed });
        }

        context.Emit(
            fallen.Length > 0 ? LedgerEventKind.TaskWithdrawn : LedgerEventKind.TaskConfirmed, default, answer.Decisions);
        return null;
    }

    /// <summary>Whether a permit would be given again for the same records, with the use that it consumed given back.</summary>
    private bool Stands(LedgerState state, LedgerContext context, TaskDecisionRow row, PermissionQuestion question)
    {
        var before = state.Checkpoint();
        if (row.Consumed)
        {
            PermissionDecider.GiveBack(state, row.Patient, row.Grant);
        }

        PatientDecision now = _decider.Decide(state, context, row.Patient, question);
        state.Restore(before);
        return now.Outcome == DecisionOutcome.Permitted
            && row.Records.All(r => now.Records.Any(n => n.Record == r.Record) || IsSuperseded(state, row.Patient, r.Record));
    }

    /// <summary>A correction is no withdrawal: the version that was computed on stays readable.</summary>
    private static bool IsSuperseded(LedgerState state, AccountId patient, Digest record) =>
        state.Get<RecordEntry>(StateKey.Record(patient, record)) is { Shown: RecordStatus.Superseded };

    private static PermissionQuestion QuestionOf(TaskEntry task) => new(
        task.Researcher,
        AccountKind.Researcher,
        task.Roles,
        "compute",
        task.Request.Purpose,
        task.Request.Computation.Category,
        Justification: "",
        task.Request.Computation.Operation,
        task.Cohort);

    private static string? Record(LedgerState state, Digest id, TaskEntry task, TaskAnswer? answer, LedgerContext context)
    {
        if (ReadRows(answer, context, out ImmutableArray<TaskDecisionRow> rows) is { } unreadable)
        {
            return unreadable;
        }

        if (task.Outcome != TaskOutcome.Released)
        {
            foreach (TaskDecisionRow row in rows.Where(r => r.Consumed))
            {
                PermissionDecider.GiveBack(state, row.Patient, row.Grant);
            }
        }

        Digest decided = answer?.Decisions ?? default;
        TaskAnswer basis = answer ?? new TaskAnswer(0, AnswerStage.Planned, 0, default, default, [], 0, TaskOutcome.Undecided, default);
        state.Put(StateKey.Task(id), basis with { Stage = AnswerStage.Recorded, Outcome = task.Outcome, Result = task.Result });
        TaskMembership.End(state, id);
        context.Emit(LedgerEventKind.OperationRecorded, default, decided);
        return null;
    }

    /// <summary>The rows of an earlier answer; none without one.</summary>
    private static string? ReadRows(TaskAnswer? answer, LedgerContext context, out ImmutableArray<TaskDecisionRow> rows)
    {
        rows = [];
        if (answer is null)
        {
            return null;
        }

        if (context.TryReadAttachment(answer.Decisions, out TaskDecisions? decisions) is { } unreadable)
        {
            return unreadable;
        }

        rows = decisions!.Rows;
        return null;
    }

    private static IEnumerable<AccountId> Patients(LedgerState state) => state.Scan<AccountEntry>(StateKey.Accounts)
        .Where(e => e.Value.Kind == AccountKind.Patient)
        .Select(e => new AccountId(StateKey.FirstPart(e.Key)));
}
