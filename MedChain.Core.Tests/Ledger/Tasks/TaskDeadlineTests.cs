using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Where a task goes whose phase is overdue.</summary>
[TestFixture]
public sealed class TaskDeadlineTests
{
    private TaskFixture _net = null!;

    [SetUp]
    public void Start()
    {
        _net = new TaskFixture();
        _net.Patient(0, "a");
        _net.Patient(1, "b");
    }

    [TearDown]
    public void Stop() => _net.Dispose();

    [Test]
    public void Anybody_moves_an_overdue_task_on_and_nobody_one_in_time()
    {
        Digest task = _net.ProposeAndJoin();
        using var stranger = new Person("stranger");
        Assert.That(_net.Tasks.Send(stranger, new ExpireTask(task)).Reason, Does.Contain("not overdue"));
        _net.Tasks.Time = _net.Entry(task).Due;
        Assert.That(_net.Tasks.Send(stranger, new ExpireTask(task)).Status, Is.EqualTo(ReceiptStatus.Refused));
        _net.Tasks.Time = _net.Entry(task).Due + 1;
        Assert.That(_net.Tasks.Send(stranger, new ExpireTask(task)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_net.Carry(task).Outcome, Is.EqualTo(TaskOutcome.Expired));
    }

    [TestCase(1, TaskPhase.Recording, TaskOutcome.Expired)]
    [TestCase(2, TaskPhase.Collecting, TaskOutcome.Undecided)]
    public void Announced_task_goes_on_with_f_plus_one_keys_and_expires_with_fewer(int keys, TaskPhase phase, TaskOutcome outcome)
    {
        Digest task = _net.Propose();
        for (int executor = 0; executor < keys; executor++)
        {
            _net.Join(task, executor);
        }

        TaskEntry entry = _net.TimeOut(task);
        Assert.That((entry.Phase, entry.Outcome), Is.EqualTo((phase, outcome)));
    }

    [Test]
    public void Silent_executor_is_replaced_until_none_is_left()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        TaskEntry replaced = _net.TimeOut(task);
        Assert.That((replaced.Phase, replaced.Executors[1].IsGone, replaced.Executors[2].IsAsked),
            Is.EqualTo((TaskPhase.Staged, true, true)));
        Assert.That(_net.Submit(task, 1, 1).Status, Is.EqualTo(ReceiptStatus.Refused), "too late");
        TaskEntry aborted = _net.TimeOut(task);
        Assert.That((aborted.Phase, aborted.Outcome), Is.EqualTo((TaskPhase.Deleting, TaskOutcome.Aborted)));
    }

    [Test]
    public void Task_without_confirmation_expires_and_nothing_is_released()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        TaskEntry expired = _net.TimeOut(task);
        Assert.That((expired.Phase, expired.Outcome), Is.EqualTo((TaskPhase.Deleting, TaskOutcome.Expired)));
        Assert.That(_net.Release(task, 0, 1).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Result_that_nobody_hands_over_is_aborted()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        _net.Carry(task);
        Assert.That(_net.TimeOut(task).Outcome, Is.EqualTo(TaskOutcome.Aborted));
    }

    [Test]
    public void Task_is_recorded_without_a_receipt_that_is_overdue_and_never_reported_deleted()
    {
        Digest task = _net.ProposeAndJoin();
        _net.Carry(task);
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        _net.Carry(task);
        _net.Release(task, 0, 1);
        _net.Erase(task, 1);
        Assert.That(_net.TimeOut(task).Phase, Is.EqualTo(TaskPhase.Recording));
        TaskEntry closed = _net.Carry(task);
        Assert.That((closed.Phase, closed.Outcome, closed.IsDeleted), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Released, false)));
        Assert.That(closed.Executors.Select(e => e.HasErased), Is.EqualTo([false, true, false]));
        _net.Erase(task, 0);
        Assert.That(_net.Entry(task).IsDeleted, "late, but there");
    }

    [Test]
    public void Task_that_a_chain_does_not_acknowledge_is_overdue_and_closed_when_it_does()
    {
        Digest task = _net.ProposeAndJoin(minimumCohort: 9);
        while (_net.Entry(task).Phase != TaskPhase.Recording)
        {
            foreach (int chain in new[] { 0, 1 })
            {
                _net.Bring(chain, task);
                _net.BringBack(chain, task);
            }
        }

        _net.Bring(0, task);
        _net.BringBack(0, task);
        Assert.That(_net.TimeOut(task).Phase, Is.EqualTo(TaskPhase.Overdue));
        Assert.That(_net.Tasks.Send(_net.Researcher, new ExpireTask(task)).Status, Is.EqualTo(ReceiptStatus.Refused));
        _net.Bring(1, task);
        _net.BringBack(1, task);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Closed));
    }

    [Test]
    public void No_phase_before_the_release_outlives_the_task_s_deadline()
    {
        Digest task = _net.ProposeAndJoin();
        long deadline = _net.Entry(task).Request.Deadline;
        while (_net.Entry(task).Phase < TaskPhase.Deleting)
        {
            Assert.That(_net.Entry(task).Due, Is.LessThanOrEqualTo(deadline));
            _net.TimeOut(task);
        }

        Assert.That(_net.Tasks.Time, Is.LessThanOrEqualTo(deadline + 2_000));
    }
}
