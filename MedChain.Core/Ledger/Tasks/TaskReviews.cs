using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>Rules for the reviewers of tasks.</summary>
internal static class TaskReviews
{
    /// <summary>The panel for tasks that are proposed from now on.</summary>
    public static ReviewPanel PanelOf(LedgerState state) => state.Get<ReviewPanel>(StateKey.ReviewPanel) ?? ReviewPanel.None;

    /// <summary>Whether a task waits for a reviewer's word.</summary>
    public static bool IsAsked(TaskEntry task, AccountId reviewer) =>
        task.Phase == TaskPhase.Approving
        && reviewer != task.Researcher
        && task.Panel.Reviewers.IndexOf(reviewer) is >= 0 and var place
        && (((task.Approvals | task.Rejections) >> place) & 1) == 0;

    public static string? Set(LedgerState state, Genesis genesis, AccountId sender, SetReviewers command)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator names reviewers.";
        }

        foreach (AccountId reviewer in command.Panel.Reviewers)
        {
            if (SharedRules.KeyOf(state, reviewer) is null)
            {
                return $"Reviewer {reviewer} has no account.";
            }
        }

        state.Put(StateKey.ReviewPanel, command.Panel);
        return null;
    }

    public static string? Review(LedgerState state, AccountId sender, ReviewTask command, LedgerContext context)
    {
        if (state.Get<TaskEntry>(StateKey.Task(command.Task)) is not { } task)
        {
            return $"There is no task {command.Task}.";
        }

        int place = task.Panel.Reviewers.IndexOf(sender);
        if (place < 0 || sender == task.Researcher)
        {
            return $"Account {sender} does not review task {command.Task}: its reviewers are those of the day it was proposed, without its "
                + "researcher.";
        }

        ulong bit = 1UL << place;
        if (task.Phase != TaskPhase.Approving || ((task.Approvals | task.Rejections) & bit) != 0)
        {
            return $"The reviewer has spoken already, or the task is past that: {task.Phase}.";
        }

        TaskEntry next = command.Approves
            ? task with { Approvals = task.Approvals | bit }
            : task with { Rejections = task.Rejections | bit };
        int left = next.Panel.Reviewers.Count(r => r != task.Researcher) - (int)ulong.PopCount(next.Rejections);
        state.Put(
            StateKey.Task(command.Task),
            (int)ulong.PopCount(next.Approvals) >= task.Panel.Needed ? TaskSteps.Enter(next, TaskPhase.Announced, context.Time)
            : left < task.Panel.Needed ? TaskSteps.Conclude(next, TaskOutcome.Rejected, context.Time)
            : next);
        context.Emit(LedgerEventKind.TaskChanged, task.Researcher, command.Task);
        return null;
    }
}
