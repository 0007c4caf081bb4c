namespace MedChain.Core.Ledger.Tasks;

/// <summary>From one phase to the next, with its deadline, and where a task goes whose phase is overdue.</summary>
internal static class TaskSteps
{
    public static TaskEntry Enter(TaskEntry task, TaskPhase phase, long time) =>
        task with { Phase = phase, Due = TaskTimes.DueOf(phase, time, task.Request.Deadline) };

    /// <summary>Fixes the outcome. Executors that could get shares must first say that they destroyed what they got.</summary>
    public static TaskEntry Conclude(TaskEntry task, TaskOutcome outcome, long time) =>
        Enter(task with { Outcome = outcome }, task.IsDeleted ? TaskPhase.Recording : TaskPhase.Deleting, time);

    /// <summary>Where a task goes whose phase is overdue.</summary>
    public static TaskEntry TimeOut(TaskEntry task, long time) => task.Phase switch
    {
        TaskPhase.Announced when time <= task.Request.Deadline => TaskExecutors.GoOn(task, time),
        TaskPhase.Staged when time <= task.Request.Deadline => TaskExecutors.ReplaceSilent(task, time),
        TaskPhase.Releasing => Conclude(task, TaskOutcome.Aborted, time),
        TaskPhase.Deleting => Enter(task, TaskPhase.Recording, time),
        TaskPhase.Recording => Enter(task, TaskPhase.Overdue, time),
        _ => Conclude(task, TaskOutcome.Expired, time),
    };
}
