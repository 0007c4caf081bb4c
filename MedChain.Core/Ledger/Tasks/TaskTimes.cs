namespace MedChain.Core.Ledger.Tasks;

/// <summary>How long a task may stay in a phase, in milliseconds of block time. Up to the release a phase gets at most half of what is left
/// until the task's own deadline, so that the phases after it have time too.</summary>
internal static class TaskTimes
{
    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Day = 24 * 60 * Minute;

    /// <summary>When a phase that begins now is overdue.</summary>
    public static long DueOf(TaskPhase phase, long now, long deadline)
    {
        long left = Math.Max(0, deadline - now) / 2;
        return now + phase switch
        {
            TaskPhase.Approving => Math.Min(3 * Day, left),
            TaskPhase.Announced => Math.Min(30 * Second, left),
            TaskPhase.Collecting or TaskPhase.Authorising or TaskPhase.Confirming or TaskPhase.Releasing => Math.Min(10 * Minute, left),
            TaskPhase.Staged => Math.Min(30 * Minute, left),
            TaskPhase.Deleting => 60 * Minute,
            TaskPhase.Recording => 7 * Day,
            _ => 0,
        };
    }
}
