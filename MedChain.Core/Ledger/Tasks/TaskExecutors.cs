using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>Rules for what executors do. Up to f of a task's 2f+1 executors may be faulty: what f+1 find alike is right, for one of them is
/// honest. Each executor that computes sees plaintext, so no more are asked than are needed: f+1 first, and another one for each that is
/// gone, silent or alone with its finding.</summary>
internal static class TaskExecutors
{
    /// <summary>Lets an executor, named by its operator key, change its task.</summary>
    public static string? Change(
        LedgerState state,
        Transaction transaction,
        Digest id,
        LedgerContext context,
        Func<TaskEntry, int, (TaskEntry? Next, string? Refusal)> change)
    {
        if (state.Get<TaskEntry>(StateKey.Task(id)) is not { } task)
        {
            return $"There is no task {id}.";
        }

        int executor = task.PlaceOf(transaction.Key);
        if (executor < 0)
        {
            return "The transaction is not signed by the operator key of one of the task's executors.";
        }

        (TaskEntry? next, string? refusal) = change(task, executor);
        if (next is null)
        {
            return refusal;
        }

        state.Put(StateKey.Task(id), next);
        context.Emit(LedgerEventKind.TaskChanged, next.Researcher, id);
        return null;
    }

    public static (TaskEntry?, string?) Join(TaskEntry task, int place, JoinTask command, long time)
    {
        ExecutorEntry executor = task.Executors[place];
        if (task.Phase != TaskPhase.Announced || executor.HasJoined)
        {
            return (null, $"The executor joined already, or the task does not wait for keys: {task.Phase}.");
        }

        TaskEntry next = task.With(place, executor with { TaskKey = command.TaskKey });
        return (next.Executors.All(e => e.HasJoined || e.IsGone) ? GoOn(next, time) : next, null);
    }

    public static (TaskEntry?, string?) Submit(TaskEntry task, int place, SubmitResult command, long time)
    {
        if (task.Phase != TaskPhase.Staged || command.Round != task.Round || !task.Executors[place].IsComputing)
        {
            return (null, $"The executor is not asked for a finding in round {command.Round}: the task is {task.Phase} in round "
                + $"{task.Round}.");
        }

        if (command.Finding.Result.IsZero || command.Finding.Sealed.IsZero)
        {
            return (null, "The result's commitment is all zeros.");
        }

        if (command.Finding.Report.Minimum < task.Request.MinimumCohort)
        {
            return (null, $"Figures about {command.Finding.Report.Minimum} patients would be released; the task asks for at least "
                + $"{task.Request.MinimumCohort}.");
        }

        return (Settle(task.With(place, task.Executors[place] with { Finding = command.Finding }), time), null);
    }

    public static (TaskEntry?, string?) Release(TaskEntry task, int place, ReleaseResult command, long time)
    {
        if (task.Phase != TaskPhase.Releasing || task.Executors[place].Finding != task.Finding)
        {
            return (null, $"The task is {task.Phase}, or the executor found something else than was agreed.");
        }

        return command.Sealed == task.Finding!.Sealed
            ? (TaskSteps.Conclude(task, TaskOutcome.Released, time), null)
            : (null, "What the executor releases is not what was agreed.");
    }

    public static (TaskEntry?, string?) Erase(TaskEntry task, int place, long time)
    {
        ExecutorEntry executor = task.Executors[place];
        if (task.Phase < TaskPhase.Deleting || !executor.IsAsked || executor.HasErased)
        {
            return (null, $"The executor confirmed already, or has nothing to erase yet: the task is {task.Phase}.");
        }

        TaskEntry next = task.With(place, executor.With(ExecutorMarks.Erased));
        return (next.Phase == TaskPhase.Deleting && next.IsDeleted ? TaskSteps.Enter(next, TaskPhase.Recording, time) : next, null);
    }

    public static (TaskEntry?, string?) Abandon(TaskEntry task, int place, long time)
    {
        if (task.Phase > TaskPhase.Releasing || task.Executors[place].IsGone)
        {
            return (null, $"The executor is gone already, or the task is past that: {task.Phase}.");
        }

        TaskEntry next = task.With(place, task.Executors[place].With(ExecutorMarks.Gone));
        return (next.Phase switch
        {
            _ when next.Executors.All(e => e.IsGone) => TaskSteps.Conclude(next, TaskOutcome.Aborted, time),
            TaskPhase.Announced when next.Executors.All(e => e.HasJoined || e.IsGone) => GoOn(next, time),
            TaskPhase.Staged => Settle(next, time),
            TaskPhase.Confirming or TaskPhase.Releasing when !next.Executors.Any(e => !e.IsGone && e.Finding == next.Finding) =>
                TaskSteps.Conclude(next, TaskOutcome.Aborted, time),
            _ => next,
        }, null);
    }

    /// <summary>Asks the account chains, with the executors that are there.</summary>
    public static TaskEntry GoOn(TaskEntry task, long time) => task.Executors.Count(e => e.IsReserve) >= task.NeededFindings
        ? TaskRounds.Start(task, time)
        : TaskSteps.Conclude(task, task.Executors.Any(e => e.IsGone) ? TaskOutcome.Aborted : TaskOutcome.Expired, time);

    public static TaskEntry Stage(TaskEntry task, long time) => Settle(TaskSteps.Enter(task, TaskPhase.Staged, time), time);

    public static TaskEntry ReplaceSilent(TaskEntry task, long time) => Settle(
        TaskSteps.Enter(task, TaskPhase.Staged, time) with
        {
            Executors = [.. task.Executors.Select(e => e.IsComputing ? e.With(ExecutorMarks.Gone) : e)],
        },
        time);

    /// <summary>Whether enough findings are equal; else whether enough executors are at work for that, with reserves asked as
    /// needed.</summary>
    private static TaskEntry Settle(TaskEntry task, long time)
    {
        IGrouping<TaskFinding, ExecutorEntry>? most = task.Executors
            .Where(e => e.Finding is not null)
            .GroupBy(e => e.Finding!)
            .MaxBy(g => g.Count());
        int equal = most?.Count() ?? 0;
        if (equal >= task.NeededFindings)
        {
            TaskEntry agreed = task with { Finding = most!.Key };
            return agreed.Finding.Report.IsEmpty
                ? TaskSteps.Conclude(agreed, TaskOutcome.Withheld, time)
                : TaskSteps.Enter(agreed, TaskPhase.Confirming, time);
        }

        TaskEntry next = task;
        while (equal + next.Executors.Count(e => e.IsComputing) < task.NeededFindings)
        {
            int reserve = Enumerable.Range(0, next.Executors.Length).FirstOrDefault(i => next.Executors[i].IsReserve, -1);
            if (reserve < 0)
            {
                return TaskSteps.Conclude(next, TaskOutcome.Aborted, time);
            }

            next = TaskSteps.Enter(next.With(reserve, next.Executors[reserve].With(ExecutorMarks.Asked)), TaskPhase.Staged, time);
        }

        return next;
    }
}
