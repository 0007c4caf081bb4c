using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>Rules of a transaction chain: computing tasks from proposal to close. It never holds a record, neither plain nor
/// encrypted.</summary>
internal sealed class TaskLedger : ILedgerRules
{
    private readonly IEvidenceJudge _judge;
    private readonly TaskRounds _rounds;
    private readonly ContractRules _contracts;

    public TaskLedger(Genesis genesis, IEvidenceJudge judge)
    {
        _judge = judge;
        Genesis = genesis;
        _rounds = new TaskRounds(genesis);
        _contracts = new ContractRules(genesis);
    }

    public Genesis Genesis { get; }

    public void WriteGenesis(LedgerState state) => SharedRules.WriteGenesis(state, Genesis);

    public string? Check(ReadOnlyMemory<byte> body)
    {
        if (!Canonical.TryDecode(body, out Command? command, out string? reason))
        {
            return $"The command is malformed: {reason}";
        }

        return command switch
        {
            RegisterAccount register => register.Account.Problem(),
            ProposeTask propose => propose.Request.Problem(),
            JoinTask join => AgreementKeyCheck.Problem(join.TaskKey),
            MarkOrder or AnchorChain or AdvanceAnchor or DeliverProof or RecordMisconduct => null,
            ProposeValidators or ApproveValidators => null,
            SubmitResult or ConfirmErasure or AbandonTask or ExpireTask => null,
            SuspendAccount or ReinstateAccount => null,
            DeployContract deploy => ContractRules.Problem(deploy),
            CallContract call => ContractRules.Problem(call),
            _ => $"A transaction chain has no command {command.GetType().Name}.",
        };
    }

    public IEnumerable<Digest> Brings(ReadOnlyMemory<byte> body) =>
        Canonical.Decode<Command>(body) switch
        {
            SubmitResult result => [result.Sealed],
            PeopleCommand people => people.Brings(),
            _ => [],
        };

    public IEnumerable<Digest> Reads(LedgerState state, ReadOnlyMemory<byte> body) => [];

    public PublicKey? KeyOf(LedgerState state, AccountId account) => SharedRules.KeyOf(state, account);

    public string? Apply(LedgerState state, Transaction transaction, LedgerContext context)
    {
        AccountId sender = transaction.Sender;
        Command command = Canonical.Decode<Command>(transaction.Body);
        return AccountGate.Problem(state, sender, command, context.Time) ?? command switch
        {
            RegisterAccount register => SharedRules.Register(state, Genesis, sender, register, context),
            MarkOrder => SharedRules.Mark(state, sender),
            AnchorChain anchor => SharedRules.Anchor(state, Genesis, sender, anchor, context),
            RecordMisconduct misconduct => SharedRules.Record(state, Genesis, _judge, misconduct, context),
            AdvanceAnchor advance => SharedRules.Advance(state, advance, context),
            ProposeValidators propose => ValidatorRules.Propose(state, Genesis, transaction.Key, propose, context),
            ApproveValidators approve => ValidatorRules.Approve(state, Genesis, transaction.Key, approve, context),
            ProposeTask propose => Propose(state, sender, propose, context),
            DeliverProof deliver => _rounds.Deliver(state, deliver.Proof, context),
            JoinTask join => ChangeExecutor(state, transaction, join.Task, context, (task, executor) => Join(task, executor, join)),
            SubmitResult result => ChangeExecutor(state, transaction, result.Task, context, (task, e) => Submit(task, e, result)),
            ConfirmErasure erasure => ChangeExecutor(state, transaction, erasure.Task, context, Erase),
            AbandonTask abandon => ChangeExecutor(state, transaction, abandon.Task, context, Abandon),
            ExpireTask expire => Expire(state, expire.Task, context),
            SuspendAccount suspend => StandingRules.Suspend(state, Genesis, sender, suspend, context),
            ReinstateAccount reinstate => StandingRules.Reinstate(state, Genesis, sender, reinstate, context),
            DeployContract deploy => _contracts.Deploy(state, sender, deploy, context),
            CallContract call => _contracts.Call(state, sender, call, context),
            var other => $"A transaction chain has no command {other.GetType().Name}.",
        };
    }

    private string? Propose(LedgerState state, AccountId sender, ProposeTask command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is not { Kind: AccountKind.Researcher } researcher)
        {
            return "Only a registered researcher proposes tasks.";
        }

        if (state.Get<TaskEntry>(StateKey.Task(command.Task)) is not null)
        {
            return $"Task {command.Task} exists already.";
        }

        long life = command.Request.Deadline - context.Time;
        if (life is <= 0 or > TaskRequest.MaxLifetime)
        {
            return $"The deadline is {life} ms after block time; it is after it and at most {TaskRequest.MaxLifetime} ms.";
        }

        foreach (ChainId chain in command.Request.Chains)
        {
            if (state.Get<Anchor>(StateKey.Anchor(chain)) is null)
            {
                return $"Chain {chain} is not anchored here.";
            }
        }

        state.Put(StateKey.Task(command.Task), new TaskEntry(
            sender,
            researcher.Roles,
            researcher.AgreementKey,
            command.Request,
            TaskPhase.Proposed,
            Round: 0,
            Cohort: 0,
            [.. ExecutorsOf(state, command.Task, context.Epoch)
                .Select(v => new ExecutorEntry(v, default, default, default, Erased: false))],
            [.. command.Request.Chains.Select(_ => default(ChainAnswer))],
            TaskOutcome.Undecided,
            Result: default));
        context.Emit(LedgerEventKind.TaskChanged, sender, command.Task);
        return null;
    }

    /// <summary>f+1 of the current validators, so that at least one is honest, starting at a place that the task's random identifier
    /// gives. They stay the task's executors when the validators change.</summary>
    private IEnumerable<PublicKey> ExecutorsOf(LedgerState state, Digest task, long epoch)
    {
        ValidatorSet validators = ValidatorRules.Read(state, Genesis, epoch).Current;
        int first = task.ToArray()[0] % validators.Count;
        return Enumerable.Range(0, validators.Weak)
            .Select(i => (first + i) % validators.Count)
            .Order()
            .Select(i => validators.Members[i].OperatorKey);
    }

    /// <summary>Lets an executor, named by its operator key, change its task.</summary>
    private static string? ChangeExecutor(
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

    private static (TaskEntry?, string?) Join(TaskEntry task, int executor, JoinTask command)
    {
        if (task.Phase != TaskPhase.Proposed || task.Executors[executor].TaskKey != default)
        {
            return (null, $"The executor joined already, or the task is past that: {task.Phase}.");
        }

        TaskEntry next = WithExecutor(task, executor, task.Executors[executor] with { TaskKey = command.TaskKey });
        return (next.Executors.All(e => e.TaskKey != default) ? TaskRounds.Start(next) : next, null);
    }

    private static (TaskEntry?, string?) Submit(TaskEntry task, int executor, SubmitResult command)
    {
        if (task.Phase != TaskPhase.Staged || !task.Executors[executor].Result.IsZero)
        {
            return (null, $"The executor submitted already, or the task is not staged: {task.Phase}.");
        }

        if (command.Result.IsZero)
        {
            return (null, "The result's commitment is all zeros.");
        }

        TaskEntry next = WithExecutor(
            task, executor, task.Executors[executor] with { Result = command.Result, Sealed = command.Sealed });
        if (next.Executors.Any(e => e.Result.IsZero))
        {
            return (next, null);
        }

        // f+1 executors of which one at least is honest: only a unanimous result is known to be right.
        return next.Executors.All(e => e.Result == command.Result)
            ? (next with { Phase = TaskPhase.Computed, Outcome = TaskOutcome.Released, Result = command.Result }, null)
            : (Conclude(next, TaskOutcome.Aborted), null);
    }

    private static (TaskEntry?, string?) Erase(TaskEntry task, int executor)
    {
        if (task.Phase < TaskPhase.Computed || task.Executors[executor].Erased)
        {
            return (null, $"The executor confirmed already, or there is nothing to erase yet: {task.Phase}.");
        }

        TaskEntry next = WithExecutor(task, executor, task.Executors[executor] with { Erased = true });
        return (next.Phase == TaskPhase.Computed && next.Executors.All(e => e.Erased)
            ? next with { Phase = TaskPhase.Recording }
            : next, null);
    }

    private static (TaskEntry?, string?) Abandon(TaskEntry task, int executor) =>
        task.Phase < TaskPhase.Computed
            ? (Conclude(task, TaskOutcome.Aborted), null)
            : (null, $"The task is past that: {task.Phase}.");

    private static string? Expire(LedgerState state, Digest id, LedgerContext context)
    {
        if (state.Get<TaskEntry>(StateKey.Task(id)) is not { } task)
        {
            return $"There is no task {id}.";
        }

        if (task.Phase >= TaskPhase.Recording || context.Time <= task.Request.Deadline)
        {
            return $"The task is {task.Phase}, block time {context.Time}, its deadline {task.Request.Deadline}: it does not expire.";
        }

        // A result that was agreed stays agreed; who did not confirm the erasure is then named by the record.
        TaskOutcome outcome = task.Phase == TaskPhase.Computed ? task.Outcome : TaskOutcome.Expired;
        state.Put(StateKey.Task(id), Conclude(task, outcome));
        context.Emit(LedgerEventKind.TaskChanged, task.Researcher, id);
        return null;
    }

    private static TaskEntry WithExecutor(TaskEntry task, int index, ExecutorEntry executor) =>
        task with { Executors = task.Executors.SetItem(index, executor) };

    private static TaskEntry Conclude(TaskEntry task, TaskOutcome outcome) =>
        task with { Phase = TaskPhase.Recording, Outcome = outcome };
}
