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

    public static TaskEntry Start(TaskEntry task) => Ask(task, TaskPhase.Collecting, TaskEntry.UnboundedCohort);

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

        (TaskEntry? next, string? refusal) = answer.Stage == AnswerStage.Recorded
            ? Acknowledge(task, chain, answer)
            : Count(task, chain, answer);
        if (next is null)
        {
            return refusal;
        }

        state.Put(StateKey.Task(id), next);
        context.Emit(LedgerEventKind.TaskChanged, next.Researcher, id);
        return null;
    }

    private static (TaskEntry?, string?) Acknowledge(TaskEntry task, int chain, TaskAnswer answer)
    {
        if (task.Phase != TaskPhase.Recording || task.Answers[chain].Acknowledged || answer.Outcome != task.Outcome)
        {
            return (null, $"The chain acknowledged already, or the task is not there: {task.Phase}, {task.Outcome}.");
        }

        TaskEntry next = task with { Answers = task.Answers.SetItem(chain, task.Answers[chain] with { Acknowledged = true }) };
        return (next.Answers.All(a => a.Acknowledged) ? next with { Phase = TaskPhase.Closed } : next, null);
    }

    private static (TaskEntry?, string?) Count(TaskEntry task, int chain, TaskAnswer answer)
    {
        AnswerStage expected = task.Phase == TaskPhase.Authorising ? AnswerStage.Authorised : AnswerStage.Planned;
        bool asked = task.Phase is TaskPhase.Collecting or TaskPhase.Authorising
            && answer.Stage == expected
            && answer.Round == task.Round
            && task.Answers[chain].Round < task.Round;
        if (!asked)
        {
            return (null, $"The answer is for round {answer.Round}; the task is {task.Phase} in round {task.Round}.");
        }

        TaskEntry next = task with
        {
            Answers = task.Answers.SetItem(chain, new ChainAnswer(answer.Round, answer.Count, Acknowledged: false)),
        };
        return (next.Answers.All(a => a.Round == next.Round) ? Advance(next) : next, null);
    }

    private static TaskEntry Advance(TaskEntry task)
    {
        long count = task.Answers.Sum(a => a.Count);
        if (count < task.Request.MinimumCohort)
        {
            return task with { Phase = TaskPhase.Recording, Outcome = TaskOutcome.InsufficientCohort, Cohort = 0 };
        }

        if (count < task.Cohort)
        {
            return Ask(task, TaskPhase.Collecting, count);
        }

        return task.Phase == TaskPhase.Collecting
            ? Ask(task, TaskPhase.Authorising, task.Cohort)
            : task with { Phase = TaskPhase.Staged };
    }

    private static TaskEntry Ask(TaskEntry task, TaskPhase phase, long cohort) => task.Round == TaskEntry.MaxRounds
        ? task with { Phase = TaskPhase.Recording, Outcome = TaskOutcome.InsufficientCohort, Cohort = 0 }
        : task with { Phase = phase, Round = task.Round + 1, Cohort = cohort };
}
