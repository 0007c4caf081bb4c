using MedChain.Core.Ledger.Accounts;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>Finds a cohort that everybody in it agrees to.</summary>
/// <remarks>A patient may ask for a minimum cohort, so whether she permits depends on how many others do. The first round assumes a cohort
/// without bound and finds who might permit at all; each further round assumes the count of the one before, and who asks for more drops
/// out. The count only falls, so it settles, and the round after that decides.</remarks>
internal sealed class TaskRounds
{
    private readonly Genesis _genesis;

    public TaskRounds(Genesis genesis) => _genesis = genesis;

    public static TaskEntry Start(TaskEntry task, long time) => Ask(task, TaskPhase.Collecting, TaskEntry.UnboundedCohort, time);

    /// <summary>Takes in an account chain's answer.</summary>
    public string? Deliver(LedgerState state, ChainProof proof, LedgerContext context)
    {
        if (proof.Fact is not ChainFact.StateEntry entry || StateKey.TryReadTask(entry.Key) is not { } id)
        {
            return "The proof is not about an answer to a task.";
        }

        if (!Anchor.TryReadEntry(state, ChainKind.Account, proof, StateKey.Task(id), out TaskAnswer? answer, out string? reason))
        {
            return reason;
        }

        if (state.Get<TaskEntry>(StateKey.Task(id)) is not { } task)
        {
            return $"There is no task {id} on '{_genesis.Name}'.";
        }

        int chain = task.Request.Chains.IndexOf(proof.Header.Chain);
        if (chain < 0)
        {
            return $"The task does not ask chain {proof.Header.Chain}.";
        }

        (TaskEntry? next, string? refusal) = answer.Stage switch
        {
            AnswerStage.Recorded => Acknowledge(task, chain, answer, context.Time),
            AnswerStage.Confirmed => Confirm(task, chain, answer, context.Time),
            AnswerStage.Withdrawn => Withdraw(task, answer, context.Time),
            _ => Count(task, chain, answer, context.Time),
        };
        if (next is null)
        {
            return refusal;
        }

        state.Put(StateKey.Task(id), next);
        context.Emit(LedgerEventKind.TaskChanged, next.Researcher, id);
        return null;
    }

    private static (TaskEntry?, string?) Acknowledge(TaskEntry task, int chain, TaskAnswer answer, long time)
    {
        if (task.Phase is not (TaskPhase.Recording or TaskPhase.Overdue)
            || task.Answers[chain].Acknowledged
            || answer.Outcome != task.Outcome)
        {
            return (null, $"The chain acknowledged already, or the task is not there: {task.Phase}, {task.Outcome}.");
        }

        TaskEntry next = task with { Answers = task.Answers.SetItem(chain, task.Answers[chain] with { Acknowledged = true }) };
        return (next.Answers.All(a => a.Acknowledged) ? TaskSteps.Enter(next, TaskPhase.Closed, time) : next, null);
    }

    private static (TaskEntry?, string?) Confirm(TaskEntry task, int chain, TaskAnswer answer, long time)
    {
        if (task.Phase != TaskPhase.Confirming || answer.Round != task.Round || task.Answers[chain].Confirmed)
        {
            return (null, Refusal(task, answer));
        }

        TaskEntry next = task with { Answers = task.Answers.SetItem(chain, task.Answers[chain] with { Confirmed = true }) };
        return (next.Answers.All(a => a.Confirmed) ? TaskSteps.Enter(next, TaskPhase.Releasing, time) : next, null);
    }

    /// <summary>A permit of this round does not stand any more: what was found is void, and the chains are asked again.</summary>
    private static (TaskEntry?, string?) Withdraw(TaskEntry task, TaskAnswer answer, long time)
    {
        if (task.Phase is not (TaskPhase.Authorising or TaskPhase.Staged or TaskPhase.Confirming) || answer.Round != task.Round)
        {
            return (null, Refusal(task, answer));
        }

        TaskEntry empty = task with
        {
            Finding = null,
            Executors = [.. task.Executors.Select(e => e with { Finding = null })],
        };
        return (Ask(empty, TaskPhase.Collecting, task.Cohort, time), null);
    }

    private static (TaskEntry?, string?) Count(TaskEntry task, int chain, TaskAnswer answer, long time)
    {
        AnswerStage expected = task.Phase == TaskPhase.Authorising ? AnswerStage.Authorised : AnswerStage.Planned;
        bool asked = task.Phase is TaskPhase.Collecting or TaskPhase.Authorising
            && answer.Stage == expected
            && answer.Round == task.Round
            && task.Answers[chain].Round < task.Round;
        if (!asked)
        {
            return (null, Refusal(task, answer));
        }

        TaskEntry next = task with { Answers = task.Answers.SetItem(chain, new ChainAnswer(answer.Round, answer.Count, false, false)) };
        return (next.Answers.All(a => a.Round == next.Round) ? Advance(next, time) : next, null);
    }

    private static string Refusal(TaskEntry task, TaskAnswer answer) =>
        $"The answer is {answer.Stage} for round {answer.Round}; the task is {task.Phase} in round {task.Round}.";

    private static TaskEntry Advance(TaskEntry task, long time)
    {
        long count = task.Answers.Sum(a => a.Count);
        if (count < task.Request.MinimumCohort)
        {
            return GiveUp(task, time);
        }

        if (count < task.Cohort)
        {
            return Ask(task, TaskPhase.Collecting, count, time);
        }

        return task.Phase == TaskPhase.Collecting
            ? Ask(task, TaskPhase.Authorising, task.Cohort, time)
            : TaskExecutors.Stage(task, time);
    }

    private static TaskEntry Ask(TaskEntry task, TaskPhase phase, long cohort, long time) => task.Round == TaskEntry.MaxRounds
        ? GiveUp(task, time)
        : TaskSteps.Enter(task with { Round = task.Round + 1, Cohort = cohort }, phase, time);

    /// <summary>Once a result was begun, that none comes out may say something about who left; the outcome says it in so many
    /// words.</summary>
    private static TaskEntry GiveUp(TaskEntry task, long time) => TaskSteps.Conclude(
        task with { Cohort = 0 }, task.Asked.Any() ? TaskOutcome.Withheld : TaskOutcome.InsufficientCohort, time);
}
