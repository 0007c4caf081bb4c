using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Patients who take part in tasks under way, and who leave them: by whatever ends a permit, for it is the state after a
/// transaction that is looked at, not the kind of transaction.</summary>
internal static class TaskMembership
{
    /// <summary>Whether a patient's permit fell while the task ran.</summary>
    public static bool HasLeft(LedgerState state, AccountId patient, Digest task) =>
        state.Get<TaskMember>(StateKey.TaskMember(patient, task)) is { HasLeft: true };

    /// <summary>Takes a patient in, or out when her row opens nothing. Who has left stays noted.</summary>
    public static void Update(LedgerState state, Digest task, TaskDecisionRow row)
    {
        StateKey key = StateKey.TaskMember(row.Patient, task);
        if (row.Outcome == DecisionOutcome.Permitted)
        {
            state.Put(key, new TaskMember(row.Grant, [.. row.Records.Select(r => r.Record)], HasLeft: false));
        }
        else if (state.Get<TaskMember>(key) is { HasLeft: false })
        {
            state.Remove(key);
        }
    }

    /// <summary>Forgets the task.</summary>
    public static void End(LedgerState state, Digest task)
    {
        foreach (ReadOnlyMemory<byte> key in state.Scan<TaskMember>(StateKey.TaskMembers).Select(m => m.Key).ToArray())
        {
            if (StateKey.SecondPart(key) == task)
            {
                state.Remove(new StateKey(key));
            }
        }
    }

    /// <summary>Called after each transaction: whoever it concerns may have ended a permit that a task under way relies on.</summary>
    public static void Review(LedgerState state, LedgerContext context)
    {
        foreach (AccountId patient in context.Events.Select(e => e.Subject).Where(s => s != default).Distinct())
        {
            foreach ((ReadOnlyMemory<byte> key, TaskMember member) in
                state.Scan<TaskMember>(StateKey.TaskMembersOf(patient)).ToArray())
            {
                if (!member.HasLeft && !Stands(state, patient, member, context.Time))
                {
                    Digest task = StateKey.SecondPart(key);
                    Leave(state, patient, task, member);
                    Withdraw(state, task);
                    context.Emit(LedgerEventKind.TaskWithdrawn, patient, task);
                }
            }
        }
    }

    /// <summary>Notes that a patient's permit does not stand any more.</summary>
    public static void Leave(LedgerState state, AccountId patient, Digest task, TaskMember member) =>
        state.Put(StateKey.TaskMember(patient, task), member with { HasLeft = true });

    /// <summary>Takes the answer of this round back: custodians release nothing for it from this block on, and the transaction chain
    /// releases no result of it once it knows.</summary>
    public static void Withdraw(LedgerState state, Digest task)
    {
        if (state.Get<TaskAnswer>(StateKey.Task(task)) is { Stage: AnswerStage.Authorised or AnswerStage.Confirmed } answer)
        {
            state.Put(StateKey.Task(task), answer with { Stage = AnswerStage.Withdrawn });
        }
    }

    /// <summary>What the state alone says of a permit. What policies say, and time, is looked at when the task asks for a
    /// confirmation.</summary>
    private static bool Stands(LedgerState state, AccountId patient, TaskMember member, long time) =>
        StandingRules.ProblemOf(state, patient, time) is null
        && ConsentRules.Pause(state, patient, member.Grant, "compute", time) is null
        && state.Get<GrantEntry>(StateKey.Grant(patient, member.Grant)) is { Standing: GrantStanding.InForce }
        && member.Records.All(record => state.Get<RecordEntry>(StateKey.Record(patient, record)) is { Status: RecordStatus.Live });
}
