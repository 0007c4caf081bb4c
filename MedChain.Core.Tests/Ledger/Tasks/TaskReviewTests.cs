using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Tasks on a chain with three reviewers of whom two must agree.</summary>
[TestFixture]
public sealed class TaskReviewTests
{
    private TaskFixture _net = null!;
    private Person[] _reviewers = [];

    [SetUp]
    public void Start()
    {
        _net = new TaskFixture();
        _net.Patient(0, "a");
        _net.Patient(1, "b");
        _reviewers = [.. Enumerable.Range(0, 3).Select(i => _net.Tasks.Own(new Person($"reviewer {i}")))];
        foreach (Person reviewer in _reviewers)
        {
            _net.Tasks.Register(reviewer, AccountKind.Organisation);
        }

        Assert.That(Name(_net.Tasks.Administrator, 2).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [TearDown]
    public void Stop() => _net.Dispose();

    [Test]
    public void Two_approvals_announce_a_task_and_one_does_not()
    {
        Digest task = _net.Propose();
        Assert.That(_net.Join(task, 0).Status, Is.EqualTo(ReceiptStatus.Refused));
        Review(task, 0, approves: true);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Approving));
        Assert.That(Review(task, 0, approves: true).Status, Is.EqualTo(ReceiptStatus.Refused), "each reviewer speaks once");
        Review(task, 1, approves: false);
        Review(task, 2, approves: true);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Announced));
        _net.JoinAll(task);
        _net.Carry(task);
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    [Test]
    public void Task_is_rejected_as_soon_as_too_few_are_left_to_approve()
    {
        Digest task = _net.Propose();
        Review(task, 0, approves: false);
        Review(task, 1, approves: false);
        TaskEntry closed = _net.Carry(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Round), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Rejected, 0)));
    }

    [Test]
    public void Unreviewed_task_expires() => Assert.That(_net.TimeOut(_net.Propose()).Outcome, Is.EqualTo(TaskOutcome.Expired));

    [Test]
    public void Strangers_do_not_review_and_only_the_administrator_names_reviewers()
    {
        Digest task = _net.Propose();
        Assert.That(_net.Tasks.Send(_net.Researcher, new ReviewTask(task, true)).Reason, Does.Contain("does not review"));
        Assert.That(Name(_reviewers[0], 1).Reason, Does.Contain("administrator"));
        using var unknown = new Person("unknown");
        var panel = new ReviewPanel(1, [unknown.On(_net.Tasks)]);
        Assert.That(_net.Tasks.Send(_net.Tasks.Administrator, new SetReviewers(panel)).Reason, Does.Contain("has no account"));
        Assert.That(Name(_net.Tasks.Administrator, 4).Status, Is.EqualTo(ReceiptStatus.Invalid));
        Assert.That(Name(_net.Tasks.Administrator, 0).Status, Is.EqualTo(ReceiptStatus.Invalid));
    }

    [Test]
    public void Panel_of_the_day_of_the_proposal_decides()
    {
        Digest task = _net.Propose();
        _net.Tasks.Send(_net.Tasks.Administrator, new SetReviewers(ReviewPanel.None));
        Assert.That(_net.Entry(_net.Propose()).Phase, Is.EqualTo(TaskPhase.Announced));
        Review(task, 0, approves: true);
        Review(task, 1, approves: true);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Announced));
    }

    [Test]
    public void Researcher_who_is_a_reviewer_has_no_say_about_her_own_task()
    {
        AccountId researcher = _net.Researcher.On(_net.Tasks);
        AccountId other = _reviewers[0].On(_net.Tasks);
        var panel = new ReviewPanel(2, [.. new[] { researcher, other }.OrderBy(a => a.Value)]);
        _net.Tasks.Send(_net.Tasks.Administrator, new SetReviewers(panel));
        Assert.That(_net.TryPropose(_net.Request(), out _).Reason, Does.Contain("nobody reviews her own"));
        _net.Tasks.Send(_net.Tasks.Administrator, new SetReviewers(panel with { Needed = 1 }));
        Digest task = _net.Propose();
        Assert.That(_net.Tasks.Send(_net.Researcher, new ReviewTask(task, true)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Review(task, 0, approves: true);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Announced));
    }

    private Receipt Name(Person sender, int needed) => _net.Tasks.Send(
        sender, new SetReviewers(new ReviewPanel(needed, [.. _reviewers.Select(r => r.On(_net.Tasks)).OrderBy(a => a.Value)])));

    private Receipt Review(Digest task, int reviewer, bool approves) =>
        _net.Tasks.Send(_reviewers[reviewer], new ReviewTask(task, approves));
}
