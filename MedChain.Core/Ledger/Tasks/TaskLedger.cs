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
            SubmitResult or ReleaseResult or ConfirmErasure or AbandonTask or ExpireTask or ReviewTask => null,
            SetReviewers set => set.Panel.Problem(),
            SuspendAccount or ReinstateAccount => null,
            DeployContract deploy => ContractRules.Problem(deploy),
            CallContract call => ContractRules.Problem(call),
            _ => $"A transaction chain has no command {command.GetType().Name}.",
        };
    }

    public IEnumerable<Digest> Brings(ReadOnlyMemory<byte> body) =>
        Canonical.Decode<Command>(body) switch
        {
            ReleaseResult release => [release.Sealed],
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
            SetReviewers set => TaskReviews.Set(state, Genesis, sender, set),
            ReviewTask review => TaskReviews.Review(state, sender, review, context),
            JoinTask join => TaskExecutors.Change(
                state, transaction, join.Task, context, (task, place) => TaskExecutors.Join(task, place, join, context.Time)),
            SubmitResult result => TaskExecutors.Change(
                state, transaction, result.Task, context, (task, place) => TaskExecutors.Submit(task, place, result, context.Time)),
            ReleaseResult release => TaskExecutors.Change(
                state, transaction, release.Task, context, (task, place) => TaskExecutors.Release(task, place, release, context.Time)),
            ConfirmErasure erasure => TaskExecutors.Change(
                state, transaction, erasure.Task, context, (task, place) => TaskExecutors.Erase(task, place, context.Time)),
            AbandonTask abandon => TaskExecutors.Change(
                state, transaction, abandon.Task, context, (task, place) => TaskExecutors.Abandon(task, place, context.Time)),
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

        ReviewPanel panel = TaskReviews.PanelOf(state);
        if (panel.Reviewers.Count(r => r != sender) < panel.Needed)
        {
            return $"{panel.Needed} reviewers must approve a task, and nobody reviews her own.";
        }

        var task = new TaskEntry(
            sender,
            researcher.Roles,
            researcher.AgreementKey,
            command.Request,
            panel,
            Approvals: 0,
            Rejections: 0,
            TaskPhase.Approving,
            Due: 0,
            Round: 0,
            Cohort: 0,
            [.. ExecutorsOf(state, command.Task, context.Epoch).Select(v => new ExecutorEntry(v, default, ExecutorMarks.None, null))],
            [.. command.Request.Chains.Select(_ => default(ChainAnswer))],
            TaskOutcome.Undecided,
            Finding: null);
        state.Put(
            StateKey.Task(command.Task),
            TaskSteps.Enter(task, panel.Needed > 0 ? TaskPhase.Approving : TaskPhase.Announced, context.Time));
        context.Emit(LedgerEventKind.TaskChanged, sender, command.Task);
        return null;
    }

    /// <summary>2f+1 of the current validators, so that f+1 of them at least are honest, starting at a place that the task's random
    /// identifier gives. They stay the task's executors when the validators change.</summary>
    private IEnumerable<PublicKey> ExecutorsOf(LedgerState state, Digest task, long epoch)
    {
        ValidatorSet validators = ValidatorRules.Read(state, Genesis, epoch).Current;
        int first = task.ToArray()[0] % validators.Count;
        return Enumerable.Range(0, validators.MaxFaulty + validators.Weak)
            .Select(i => validators.Members[(first + i) % validators.Count].OperatorKey);
    }

    private static string? Expire(LedgerState state, Digest id, LedgerContext context)
    {
        if (state.Get<TaskEntry>(StateKey.Task(id)) is not { } task)
        {
            return $"There is no task {id}.";
        }

        if (task.Phase >= TaskPhase.Overdue || context.Time <= task.Due)
        {
            return $"The task is {task.Phase} until {task.Due}, block time is {context.Time}: it is not overdue.";
        }

        state.Put(StateKey.Task(id), TaskSteps.TimeOut(task, context.Time));
        context.Emit(LedgerEventKind.TaskChanged, task.Researcher, id);
        return null;
    }
}
