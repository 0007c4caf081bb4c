using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Patients who leave a task that is under way.</summary>
[TestFixture]
public sealed class TaskWithdrawalTests
{
    private TaskFixture _net = null!;
    private Person _leaver = null!;
    private Digest _record;
    private Digest _grant;

    [SetUp]
    public void Start()
    {
        _net = new TaskFixture();
        _net.Patient(0, "a");
        _net.Patient(1, "b");
        _leaver = Clinic.RegisterPatient("leaver");
        _record = Clinic.StoreRecord(_leaver, "clinical");
        _grant = Clinic.Permit(_leaver, Policies.Research(_leaver.On(Clinic), 1, 5));
    }

    [TearDown]
    public void Stop()
    {
        _leaver.Dispose();
        _net.Dispose();
    }

    private LedgerChain Clinic => _net.Accounts[0];

    [Test]
    public void Patient_who_revokes_while_staged_is_out_and_the_others_are_asked_again()
    {
        Digest task = Staged();
        _net.Submit(task, 0, 1);
        Revoke();
        Assert.That(_net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Withdrawn), "in the block of the revocation");
        _net.BringBack(0, task);
        TaskEntry again = _net.Entry(task);
        Assert.That((again.Phase, again.Cohort, again.Executors.Count(e => e.Finding is not null)),
            Is.EqualTo((TaskPhase.Collecting, 3L, 0)));
        TaskEntry staged = _net.Carry(task);
        Assert.That((staged.Phase, staged.Cohort), Is.EqualTo((TaskPhase.Staged, 2L)));
        Assert.That(Outcome(task), Is.EqualTo(DecisionOutcome.Revoked));
        Assert.That(_net.Submit(task, 0, 1, again.Round - 1).Status, Is.EqualTo(ReceiptStatus.Refused), "a finding that includes her");
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
        Assert.That(UsesOfLeaver(), Is.Zero);
    }

    [Test]
    public void Patient_who_revokes_after_the_result_was_agreed_is_not_in_what_is_released()
    {
        Digest task = Agreed();
        Revoke();
        Assert.That(_net.Carry(task).Phase, Is.EqualTo(TaskPhase.Staged), "computed again");
        Assert.That(Outcome(task), Is.EqualTo(DecisionOutcome.Revoked));
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    [Test]
    public void Patient_who_revokes_after_her_chain_confirmed_is_still_out_while_another_chain_has_not()
    {
        Digest task = Agreed();
        _net.Bring(0, task);
        _net.BringBack(0, task);
        Assert.That(_net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Confirmed));
        Revoke();
        Assert.That(_net.BringBack(0, task).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Collecting));
    }

    [Test]
    public void Revocation_after_all_chains_have_confirmed_comes_too_late_for_this_task()
    {
        Digest task = Agreed();
        _net.Carry(task);
        Revoke();
        Assert.That(_net.BringBack(0, task).Status, Is.EqualTo(ReceiptStatus.Refused));
        _net.Release(task, 0, 1);
        Assert.That(_net.EraseAll(task).Outcome, Is.EqualTo(TaskOutcome.Released));
        Assert.That(UsesOfLeaver(), Is.EqualTo(1));
    }

    /// <summary>No relay has to carry anything for this: without the chain's confirmation nothing is released.</summary>
    [Test]
    public void Confirmation_finds_permits_that_ended_without_any_transaction_of_the_patient()
    {
        using var net = new TaskFixture();
        net.Patient(0, "a");
        net.Patient(1, "b");
        LedgerChain clinic = net.Accounts[0];
        Person leaver = clinic.RegisterPatient("leaver");
        clinic.StoreRecord(leaver, "clinical");
        long until = clinic.Time + 60_000;
        clinic.Permit(leaver, PermissionTemplates.Research(
            PermissionRequest.PatientUid(leaver.On(clinic)),
            "HRESCH",
            ["count"],
            "clinical",
            minimumCohort: 1,
            uses: 1,
            DateTimeOffset.FromUnixTimeMilliseconds(until)));
        Digest task = net.ProposeAndJoin();
        Assert.That(net.Carry(task).Cohort, Is.EqualTo(3));
        net.Submit(task, 0, 1);
        net.Submit(task, 1, 1);
        clinic.Time = until;
        net.Bring(0, task);
        Assert.That(net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Withdrawn));
        TaskEntry again = net.Carry(task);
        Assert.That((again.Phase, again.Cohort), Is.EqualTo((TaskPhase.Staged, 2L)));
    }

    /// <summary>The use that the task itself consumed does not count against the patient when she is asked again.</summary>
    [Test]
    public void Last_use_of_a_grant_still_stands_at_the_confirmation()
    {
        Person once = Clinic.RegisterPatient("once");
        Clinic.StoreRecord(once, "clinical");
        Clinic.Permit(once, Policies.Research(once.On(Clinic), 1, uses: 1));
        Digest task = Staged(cohort: 4);
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    [Test]
    public void Forbid_that_a_patient_adds_during_the_computation_is_found_at_the_confirmation()
    {
        Digest task = Agreed();
        Clinic.Permit(_leaver, "forbid (principal, action, resource);");
        _net.Bring(0, task);
        Assert.That(_net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Withdrawn));
        Assert.That(_net.Carry(task).Cohort, Is.EqualTo(2));
    }

    [Test]
    public void Erasure_order_takes_the_patient_out()
    {
        Digest task = Staged();
        Clinic.Send(_leaver, new OrderErasure(Digest.Of([7]), _leaver.On(Clinic), ErasureScope.Of(_record), 3_600_000));
        Assert.That(_net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Withdrawn));
        _net.BringBack(0, task);
        Assert.That(_net.Carry(task).Cohort, Is.EqualTo(2));
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
        Assert.That(Clinic.State.Scan<TaskMember>(StateKey.TaskMembers), Is.Empty);
    }

    [Test]
    public void Suspension_takes_the_patient_out()
    {
        Digest task = Staged();
        Attachment reason = Attachment.Create(new Note("a reason"));
        Receipt suspended = Clinic.Send(
            Clinic.Administrator, new SuspendAccount(_leaver.On(Clinic), reason.Commitment), reason);
        Assert.That((suspended.Status, _net.Answer(0, task)!.Stage), Is.EqualTo((ReceiptStatus.Applied, AnswerStage.Withdrawn)));
        _net.BringBack(0, task);
        Assert.That(_net.Carry(task).Cohort, Is.EqualTo(2));
    }

    [Test]
    public void What_does_not_touch_the_permit_leaves_the_task_alone()
    {
        Digest task = Staged();
        Digest other = Clinic.Permit(_leaver, Policies.Reading(_leaver.On(Clinic)));
        Clinic.Send(_leaver, new RevokeGrant(other));
        Digest laboratory = Clinic.StoreRecord(_leaver, "laboratory");
        Clinic.Send(_leaver, new OrderErasure(Digest.Of([7]), _leaver.On(Clinic), ErasureScope.Of(laboratory), 3_600_000));
        Assert.That(_net.Answer(0, task)!.Stage, Is.EqualTo(AnswerStage.Authorised));
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    [Test]
    public void Task_is_withheld_when_those_who_stay_are_too_few()
    {
        Digest task = Staged(minimum: 3);
        Revoke();
        _net.BringBack(0, task);
        Assert.That(_net.Carry(task).Phase, Is.EqualTo(TaskPhase.Deleting), "executors may have got shares");
        TaskEntry closed = _net.EraseAll(task);
        Assert.That((closed.Phase, closed.Outcome, closed.Result.IsZero), Is.EqualTo((TaskPhase.Closed, TaskOutcome.Withheld, true)));
    }

    [Test]
    public void Who_has_left_is_not_asked_again_so_that_nobody_keeps_a_task_from_its_end()
    {
        Digest task = Staged();
        Revoke();
        Clinic.Permit(_leaver, Policies.Research(_leaver.On(Clinic), 1, 5));
        _net.BringBack(0, task);
        Assert.That(_net.Carry(task).Cohort, Is.EqualTo(2));
        Assert.That(_net.Finish(task).Outcome, Is.EqualTo(TaskOutcome.Released));
        Digest next = Staged();
        Assert.That(_net.Entry(next).Cohort, Is.EqualTo(3), "in the next task she is");
    }

    [Test]
    public void Withdrawal_and_confirmation_of_an_earlier_round_change_nothing()
    {
        Digest task = Agreed();
        _net.Bring(0, task);
        ChainProof confirmed = Clinic.Prove(StateKey.Task(task));
        Revoke();
        ChainProof withdrawn = Clinic.Prove(StateKey.Task(task));
        _net.Tasks.Send(_net.Researcher, new DeliverProof(withdrawn));
        _net.Carry(task);
        _net.Submit(task, 0, 2);
        _net.Submit(task, 1, 2);
        Assert.That(_net.Tasks.Send(_net.Researcher, new DeliverProof(confirmed)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_net.Tasks.Send(_net.Researcher, new DeliverProof(withdrawn)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Confirming));
    }

    private Digest Staged(long minimum = 2, long cohort = 3)
    {
        Digest task = _net.ProposeAndJoin(minimum);
        TaskEntry entry = _net.Carry(task);
        Assert.That((entry.Phase, entry.Cohort), Is.EqualTo((TaskPhase.Staged, cohort)));
        return task;
    }

    /// <summary>The executors agree on a result that includes the leaver.</summary>
    private Digest Agreed()
    {
        Digest task = Staged();
        _net.Submit(task, 0, 1);
        _net.Submit(task, 1, 1);
        Assert.That(_net.Entry(task).Phase, Is.EqualTo(TaskPhase.Confirming));
        return task;
    }

    private void Revoke() =>
        Assert.That(Clinic.Send(_leaver, new RevokeGrant(_grant)).Status, Is.EqualTo(ReceiptStatus.Applied));

    private DecisionOutcome Outcome(Digest task) =>
        _net.Decisions(0, task).Rows.Single(r => r.Patient == _leaver.On(Clinic)).Outcome;

    private long UsesOfLeaver() => Clinic.State.Get<GrantEntry>(StateKey.Grant(_leaver.On(Clinic), _grant))!.Uses;
}
