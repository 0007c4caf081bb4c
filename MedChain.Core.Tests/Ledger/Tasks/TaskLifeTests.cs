using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>A task from proposal to close, over three chains and without consensus.</summary>
[TestFixture]
public sealed class TaskLifeTests
{
    private TaskFixture _net = null!;

    [SetUp]
    public void Start()
    {
        _net = new TaskFixture();
        _net.Patient(0, "a");
        _net.Patient(0, "b");
        _net.Patient(1, "c");
    }

    [TearDown]
    public void Stop() => _net.Dispose();

    [Test]
    public void Task_goes_from_proposal_to_close_in_its_order()
    {
        Digest task = _net.Propose();
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Announced));
        _net.Join(task, 0);
        _net.Join(task, 1);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Announced), "one key is missing");
        _net.Join(task, 2);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Collecting));
        TaskEntry staged = _net.Carry(task);
        Assert.That((staged.Phase, staged.Cohort, staged.Asked.Count()), Is.EqualTo((TaskPhase.Staged, 3L, 2)));
        _net.Submit(task, 0, 1);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Staged));
        _net.Submit(task, 1, 1);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Confirming));
        _net.Bring(0, task);
        _net.BringBack(0, task);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Confirming), "one chain has not confirmed");
        Assert.That(_net.Carry(task).Phase, Is.EqualTo(TaskPhase.Releasing));
        _net.Release(task, 1, 1);
        Assert.That((_net.Entry(task).Phase, _net.Entry(task).Outcome), Is.EqualTo((TaskPhase.Deleting, TaskOutcome.Released)));
        _net.Erase(task, 0);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Deleting), "one erasure is not confirmed");
        _net.Erase(task, 1);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Recording));
        _net.Bring(0, task);
        _net.BringBack(0, task);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Recording), "one chain has not acknowledged");
        _net.Bring(1, task);
        _net.BringBack(1, task);
        TaskEntry closed = _net.Entry(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Result), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Released, Digest.Of([1]))));
        Assert.That(_net.Accounts.SelectMany(a => a.State.Scan<TaskMember>(StateKey.TaskMembers)), Is.Empty);
    }

    [Test]
    public void Only_a_registered_researcher_proposes()
    {
        using var stranger = new Person("stranger");
        Assert.That(_net.TryPropose(_net.Request(), out _, stranger).Reason, Is.EqualTo("Only a registered researcher proposes tasks."));
        Assert.That(_net.TryPropose(_net.Request(), out _, _net.Tasks.Administrator).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Task_for_a_chain_that_is_not_anchored_is_refused()
    {
        TaskRequest request = _net.Request() with { Chains = [new ChainId(Digest.Of([9]))] };
        Assert.That(_net.TryPropose(request, out _).Reason, Does.EndWith("is not anchored here."));
    }

    [Test]
    public void Task_beyond_a_limit_is_refused()
    {
        TaskRequest request = _net.Request();
        TaskRequest[] wrong =
        [
            request with { MinimumCohort = 1 },
            request with { Purpose = "" },
            request with { Chains = [] },
            request with { Chains = [request.Chains[1], request.Chains[0]] },
            request with { Chains = [request.Chains[0], request.Chains[0]] },
            request with { Deadline = 1 },
            request with { Deadline = long.MaxValue },
        ];
        Assert.That(wrong.Select(r => _net.TryPropose(r, out _).Status), Has.None.EqualTo(ReceiptStatus.Applied));
        Assert.That((request with { Purpose = new string('p', 65) }).Problem(), Does.Contain("1 to 64 bytes"));
        ChainId[] many = [.. Enumerable.Range(0, 257).Select(i => new ChainId(Digest.Of(BitConverter.GetBytes(i))))];
        Assert.That((request with { Chains = [.. many] }).Problem(), Does.Contain("1 to 256"));
    }

    [Test]
    public void Only_the_operator_keys_of_the_task_s_executors_change_it()
    {
        Digest task = _net.Propose();
        int outsider = Enumerable.Range(0, 4).First(i => !IsExecutor(task, i));
        int executor = Enumerable.Range(0, 4).First(i => IsExecutor(task, i));
        foreach (Person sender in new[] { _net.Tasks.Operators[outsider], _net.Tasks.Voters[executor], _net.Researcher,
            _net.Tasks.Administrator })
        {
            using var key = new Person("task key");
            Command[] commands =
            [
                new JoinTask(task, key.Agreement.PublicKey), new AbandonTask(task), new ConfirmErasure(task),
                new SubmitResult(task, 0, TaskFixture.Finding(1)), new ReleaseResult(task, Digest.Of([2])),
            ];
            _net.Tasks.Put(new Attachment(new byte[32], new byte[] { 2 }));
            Assert.That(commands.Select(c => _net.Tasks.Send(sender, c).Reason), Is.All.Contains("operator key"));
        }
    }

    [Test]
    public void Executor_joins_once_and_with_a_usable_key()
    {
        Digest task = _net.Propose();
        Assert.That(_net.Tasks.Send(_net.ExecutorsOf(task)[0], new JoinTask(task, default)).Status, Is.EqualTo(ReceiptStatus.Invalid));
        Assert.That(_net.Join(task, 0).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_net.Join(task, 0).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Finding_of_which_an_executor_is_alone_has_another_one_asked()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 2);
        Assert.That((_net.Entry(task).Phase, _net.Entry(task).Asked.Count()), Is.EqualTo((TaskPhase.Staged, 3)));
        _net.Submit(task, 2, 2);
        Assert.That(_net.Carry(task).Phase, Is.EqualTo(TaskPhase.Releasing));
        Assert.That(_net.Release(task, 0, 1).Status, Is.EqualTo(ReceiptStatus.Refused), "its finding is not the agreed one");
        Assert.That(_net.Release(task, 1, 1).Status, Is.EqualTo(ReceiptStatus.Refused), "not what it found");
        Assert.That(_net.Release(task, 1, 2).Status, Is.EqualTo(ReceiptStatus.Applied));
        TaskEntry closed = _net.EraseAll(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Result), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Released, Digest.Of([2]))));
    }

    [Test]
    public void Findings_that_are_all_different_abort_and_nothing_is_released()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        for (byte executor = 0; executor < 3; executor++)
        {
            _net.Submit(task, executor, executor);
        }

        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Deleting));
        TaskEntry closed = _net.EraseAll(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Result.IsZero), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Aborted, true)));
    }

    [Test]
    public void Executor_that_gives_up_is_replaced_and_the_second_one_is_one_too_many()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Tasks.Send(_net.ExecutorsOf(task)[1], new AbandonTask(task));
        Assert.That(
            _net.Entry(task).Executors.Select(e => (e.IsAsked, e.IsGone)),
            Is.EqualTo([(true, false), (true, true), (true, false)]));
        _net.Submit(task, 0, 1);
        _net.Tasks.Send(_net.ExecutorsOf(task)[2], new AbandonTask(task));
        Assert.That((_net.Entry(task).Phase, _net.Entry(task).Outcome), Is.EqualTo((TaskPhase.Deleting, TaskOutcome.Aborted)));
        Assert.That(_net.EraseAll(task).Phase, Is.EqualTo(TaskPhase.Closed));
    }

    [Test]
    public void Finding_counts_once_in_its_round_and_only_while_staged()
    {
        Digest task = _net.ProposeAndJoin();
        Assert.That(_net.Submit(task, 0, 1).Status, Is.EqualTo(ReceiptStatus.Refused));
        _net.Carry(task);
        TaskFinding empty = TaskFixture.Finding(1) with { Result = default };
        int round = _net.Entry(task).Round;
        Assert.That(_net.Tasks.Send(_net.ExecutorsOf(task)[0], new SubmitResult(task, round, empty)).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_net.Submit(task, 2, 1).Status, Is.EqualTo(ReceiptStatus.Refused), "not asked");
        Assert.That(_net.Submit(task, 0, 1, round - 1).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_net.Submit(task, 0, 1).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_net.Submit(task, 0, 2).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Figures_about_fewer_patients_than_the_task_s_minimum_are_no_finding()
    {
        Digest task = _net.ProposeAndJoin(minimumCohort: 3);
        _net.Carry(task);
        var finding = new SubmitResult(task, _net.Entry(task).Round, TaskFixture.Finding(1, minimum: 2));
        Assert.That(_net.Tasks.Send(_net.ExecutorsOf(task)[0], finding).Reason, Does.Contain("at least 3"));
    }

    [Test]
    public void Finding_without_any_figure_left_is_withheld()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1, released: 0);
        _net.Submit(task, 1, 1, released: 0);
        TaskEntry closed = _net.EraseAll(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Result.IsZero), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Withheld, true)));
    }

    [Test]
    public void Nothing_is_erased_before_the_outcome_and_the_outcome_cannot_be_abandoned()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        Assert.That(_net.Erase(task, 0).Status, Is.EqualTo(ReceiptStatus.Refused));
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        _net.Carry(task);
        _net.Release(task, 0, 1);
        Assert.That(_net.Erase(task, 2).Status, Is.EqualTo(ReceiptStatus.Refused), "it got nothing");
        Assert.That(_net.Tasks.Send(_net.ExecutorsOf(task)[0], new AbandonTask(task)).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Agreed_result_is_lost_when_all_who_found_it_are_gone()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        _net.Tasks.Send(_net.ExecutorsOf(task)[0], new AbandonTask(task));
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Confirming));
        _net.Tasks.Send(_net.ExecutorsOf(task)[1], new AbandonTask(task));
        Assert.That((_net.Entry(task).Phase, _net.Entry(task).Outcome), Is.EqualTo((TaskPhase.Deleting, TaskOutcome.Aborted)));
    }

    [Test]
    public void Too_small_a_cohort_ends_as_such()
    {
        TaskEntry closed = _net.Carry(_net.ProposeAndJoin(minimumCohort: 4));
        Assert.That((closed.Phase, closed.Outcome), Is.EqualTo((TaskPhase.Closed, TaskOutcome.InsufficientCohort)));
    }

    [Test]
    public void Stale_and_repeated_proofs_are_refused_and_change_nothing()
    {
        Digest task = _net.ProposeAndJoin();
        var toAccount = new List<ChainProof>();
        var toTasks = new List<ChainProof>();
        while (_net.Entry(task).Phase is TaskPhase.Collecting or TaskPhase.Authorising)
        {
            for (int chain = 0; chain < 2; chain++)
            {
                toAccount.Add(_net.Tasks.Prove(StateKey.Task(task)));
                _net.Bring(chain, task);
                toTasks.Add(_net.Accounts[chain].Prove(StateKey.Task(task)));
                _net.BringBack(chain, task);
            }
        }

        TaskEntry staged = _net.Entry(task);
        TaskAnswer answer = _net.Answer(0, task)!;
        Assert.That(toAccount.Select(p => _net.Accounts[0].Send(_net.Researcher, new DeliverProof(p)).Status),
            Is.All.EqualTo(ReceiptStatus.Refused));
        Assert.That(toTasks.Select(p => _net.Tasks.Send(_net.Researcher, new DeliverProof(p)).Status),
            Is.All.EqualTo(ReceiptStatus.Refused));
        Assert.That(Canonical.Encode(_net.Entry(task)), Is.EqualTo(Canonical.Encode(staged)));
        Assert.That(Canonical.Encode(_net.Answer(0, task)!), Is.EqualTo(Canonical.Encode(answer)));
    }

    [Test]
    public void Forged_and_foreign_proofs_are_refused_and_change_nothing()
    {
        Digest task = _net.ProposeAndJoin();
        ChainProof proof = _net.Tasks.Prove(StateKey.Task(task));
        var fact = (ChainFact.StateEntry)proof.Fact;
        using var pretender = new LedgerChain(ChainKind.Transaction, "research", validators: 1);
        using var unknown = new LedgerChain(ChainKind.Transaction, "elsewhere");
        unknown.Execute();
        ChainProof[] wrong =
        [
            _net.Tasks.Prove(StateKey.Task(task), signers: 2),
            proof with { Fact = fact with { Value = Canonical.Encode(_net.Entry(task) with { Cohort = 1 }) } },
            proof with { Seal = proof.Seal with { Signatures = [.. proof.Seal.Signatures.Select(s => s with { Signature = default })] } },
            proof with { Header = proof.Header with { Height = proof.Header.Height.Next } },
            _net.Tasks.Prove(StateKey.Account(_net.Researcher.On(_net.Tasks))),
            unknown.Prove(StateKey.Account(unknown.Genesis.Administrator)),
            _net.Accounts[1].Prove(StateKey.Account(_net.Accounts[1].Genesis.Administrator)),
        ];
        Assert.That(wrong.Select(p => _net.Accounts[0].Send(_net.Researcher, new DeliverProof(p)).Status),
            Is.All.EqualTo(ReceiptStatus.Refused));
        Assert.That(_net.Answer(0, task), Is.Null);
        Assert.That(_net.Bring(0, task).Status, Is.EqualTo(ReceiptStatus.Applied), "the true proof still counts");
    }

    [Test]
    public void Task_that_does_not_ask_a_chain_is_refused_there()
    {
        _net.TryPropose(_net.Request() with { Chains = [_net.Accounts[1].Genesis.Chain] }, out Digest task);
        _net.JoinAll(task);
        Assert.That(_net.Bring(0, task).Reason, Is.EqualTo("The task does not ask chain 'clinic'."));
    }

    /// <summary>A dishonest account chain may prove any entry it likes; its sums must not stop the transaction chain.</summary>
    [Test]
    public void Answer_with_an_impossible_count_is_malformed()
    {
        TaskAnswer Of(long count) => new(1, AnswerStage.Planned, count, default, default, [], 0, TaskOutcome.Undecided, default);
        Assert.That(Canonical.TryDecode(Canonical.Encode(Of(TaskDecisions.MaxRows)), out TaskAnswer? _, out string? _));
        Assert.That(Canonical.TryDecode(Canonical.Encode(Of(long.MaxValue)), out TaskAnswer? _, out string? _), Is.False);
    }

    [Test]
    public void Patient_s_row_is_under_the_root_of_the_answer_and_shows_no_other()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        TaskDecisions decisions = _net.Decisions(0, task);
        Assert.That(decisions.Rows, Has.Length.EqualTo(2));
        Assert.That(decisions.Rows.Select(r => r.Salt).Distinct().Count(), Is.EqualTo(2));
        Digest root = _net.Answer(0, task)!.DecisionsRoot;
        for (int i = 0; i < 2; i++)
        {
            Digest leaf = MedChain.Core.Merkle.MerkleTree.HashLeaf(Canonical.Encode(decisions.Rows[i]));
            Assert.That(MedChain.Core.Merkle.MerkleProof.VerifyInclusion(root, 2, leaf, i, decisions.Path(i).AsSpan()));
        }
    }

    private bool IsExecutor(Digest task, int validator) =>
        _net.Entry(task).PlaceOf(_net.Tasks.Operators[validator].Signing.PublicKey) >= 0;
}
