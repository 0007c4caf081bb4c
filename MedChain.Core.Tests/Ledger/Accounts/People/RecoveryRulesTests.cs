using CsCheck;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>New keys for a lost one: who says so, how long the old key can veto, and what is bound to the new keys then.</summary>
[TestFixture]
public sealed class RecoveryRulesTests : PeopleFixture
{
    private const long Delay = 60_000;
    private Person[] _guardians = null!;
    private Person _new = null!;

    [SetUp]
    public void Start()
    {
        _guardians = Guardians(3);
        _new = new Person("new keys");
        Chain.StoreRecord(Patient);
        Apply(Chain.Send(Patient, new SetRecovery(new RecoveryRule(Group(2, _guardians), Delay))));
    }

    [TearDown]
    public void Stop() => _new.Dispose();

    [Test]
    public void Second_of_three_guardians_begins_the_delay_and_the_new_key_takes_over_after_it()
    {
        Assert.That(Support(0).Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecoverySupported));
        Assert.That(Entry.Recovery!.IsUnderWay, Is.False);
        long due = Chain.Time + Delay;
        Assert.That(Support(2).Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecoveryBegun));
        Assert.That(Entry.Recovery!.Due, Is.EqualTo(due));
        Chain.Time = due - 1;
        Refuse(Finish(), "can veto for 1 ms more");
        Chain.Time = due;
        Apply(Finish());
        AccountEntry account = Chain.State.Get<AccountEntry>(StateKey.Account(PatientId))!;
        Assert.That((account.Key, account.AgreementKey), Is.EqualTo((_new.Signing.PublicKey, _new.Agreement.PublicKey)));
        Assert.That(KeyHolder.Of(Chain.State, Chain.Genesis.Chain, _new.Signing.PublicKey), Is.EqualTo(PatientId));
    }

    [Test]
    public void New_keys_have_the_records_and_the_old_ones_nothing()
    {
        Assert.That(Ask(Patient, out Digest before), Is.EqualTo(DecisionOutcome.OwnRecord));
        Recover();
        Refuse(Chain.Send(Patient, new MarkOrder()), "is not signed with the current key");
        Assert.That(ReleaseProblem(before), Does.Contain("has other keys"), "an old permit opens nothing to the old key");
        var request = Digest.Of([9]);
        Attachment details = Attachment.Create(new AccessDetails("read", "PATRQT", "laboratory", "", Patient.Acting(Chain)));
        Chain.Put(details);
        Apply(AsNew(new RequestAccess(request, PatientId, details.Commitment), nonce: 50));
        DecisionEntry decision = Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
        Assert.That((decision.Outcome, decision.Recipient), Is.EqualTo((DecisionOutcome.OwnRecord, _new.Agreement.PublicKey)));
        Assert.That(ReleaseProblem(request), Is.Null);
    }

    [Test]
    public void Vetoed_recovery_never_takes_over_and_begins_anew_only_with_enough_guardians()
    {
        Support(0);
        Support(1);
        Assert.That(Chain.Send(Patient, new VetoRecovery()).Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecoveryVetoed));
        Chain.Time += 10 * Delay;
        Refuse(Finish(), "No recovery of account");
        Support(0);
        Refuse(Finish(), "No recovery of account");
        Refuse(Chain.Send(Nurse, new VetoRecovery()), "Nobody wants to recover");
    }

    [Test]
    public void Old_key_only_vetoes_and_revokes_while_a_recovery_is_under_way()
    {
        Digest grant = Chain.Permit(Patient, Policies.Reading(PatientId));
        Support(0);
        Apply(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _));
        Support(1);
        Refuse(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _), "is under way: veto it");
        Refuse(Chain.Send(Patient, new SetRecovery(RecoveryRule.None)), "is under way");
        Refuse(Chain.Send(Patient, new OrderErasure(Digest.Of([1]), PatientId, ErasureScope.All, 1_000)), "is under way");
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted), "what was permitted before goes on");
        Apply(Chain.Send(Patient, new RevokeGrant(grant)));
        Apply(Chain.Send(Patient, new VetoRecovery()));
        Apply(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _));
    }

    [Test]
    public void Only_named_guardians_count_and_only_when_they_name_the_same_keys()
    {
        using var other = new Person("other keys");
        Refuse(Support(Nurse, _new), "does not help to recover");
        Refuse(Support(Chain.Administrator, _new), "does not help to recover");
        Apply(Support(0));
        Apply(Support(0));
        Apply(Support(_guardians[1], other));
        Assert.That(Entry.Recovery!.IsUnderWay, Is.False);
        Apply(Support(1));
        Assert.That(Entry.Recovery!.Supports.Select(s => s.Key), Is.All.EqualTo(_new.Signing.PublicKey));
        Refuse(Support(2), "is under way already");
        Chain.Time += Delay;
        Refuse(Chain.Send(other, new FinishRecovery(PatientId)), "with the key that its guardians named");
        Apply(Finish());
    }

    [Test]
    public void Keys_that_somebody_has_are_not_taken()
    {
        Refuse(Support(_guardians[0], Nurse), "is that of an account");
        Refuse(Support(_guardians[0], Patient), "is that of an account");
        Recover();
        Refuse(Chain.Register(_new, AccountKind.Patient), "signs for account");
        Person another = Chain.RegisterPatient("another");
        Apply(Chain.Send(another, new SetRecovery(new RecoveryRule(Group(1, _guardians), Delay))));
        Refuse(Chain.Send(_guardians[0], new SupportRecovery(another.On(Chain), _new.Signing.PublicKey, _new.Agreement.PublicKey)),
            "is that of an account");
    }

    [Test]
    public void Changed_rule_is_in_force_after_the_delay_of_the_rule_before()
    {
        Apply(Chain.Send(Patient, new SetRecovery(RecoveryRule.None)));
        Apply(Support(0));
        Chain.Time += Delay;
        Refuse(Support(1), "does not help to recover");
        Apply(Chain.Send(Patient, new SetRecovery(new RecoveryRule(Group(1, Nurse), Delay))));
        Assert.That(Support(Nurse, _new).Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecoveryBegun));
    }

    [TestCase(999)]
    [TestCase(RecoveryRule.MaxDelay + 1)]
    public void Delay_has_its_bounds(long delay) =>
        Refuse(Chain.Send(Patient, new SetRecovery(new RecoveryRule(Group(1, _guardians), delay))), "it must be 1000 to");

    /// <summary>Random supports, vetoes, waits and attempts to finish: the new keys take over only when enough guardians have said so since
    /// the last veto, and the whole delay has passed since.</summary>
    [Test]
    public void Vetoed_recovery_never_rebinds() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 70]).List[1, 30].Sample(
            steps =>
            {
                StopChain();
                StartChain();
                Stop();
                Start();
                var supporters = new HashSet<int>();
                long due = 0;
                bool isDone = false;
                foreach ((int what, int seconds) in steps)
                {
                    Chain.Time += seconds * 1_000L;
                    switch (what)
                    {
                        case < 3:
                            if (Support(what).Status == ReceiptStatus.Applied)
                            {
                                supporters.Add(what);
                                due = supporters.Count == 2 ? Chain.Time - 1_000 + Delay : due;
                            }

                            break;
                        case 3 or 4 when !isDone:
                            Chain.Send(Patient, new VetoRecovery());
                            supporters.Clear();
                            break;
                        default:
                            bool mayFinish = !isDone && supporters.Count >= 2 && Chain.Time >= due;
                            Assert.That(Finish().Status == ReceiptStatus.Applied, Is.EqualTo(mayFinish));
                            isDone |= mayFinish;
                            break;
                    }

                    Assert.That(
                        Chain.State.Get<AccountEntry>(StateKey.Account(PatientId))!.Key == _new.Signing.PublicKey, Is.EqualTo(isDone));
                }
            },
            iter: 40,
            threads: 1);

    private Receipt Support(int guardian) => Support(_guardians[guardian], _new);

    private Receipt Support(Person guardian, Person keys) =>
        Chain.Send(guardian, new SupportRecovery(PatientId, keys.Signing.PublicKey, keys.Agreement.PublicKey));

    private Receipt Finish() => Chain.Send(_new, new FinishRecovery(PatientId));

    private void Recover()
    {
        Support(0);
        Support(1);
        Chain.Time += Delay;
        Apply(Finish());
    }

    /// <summary>Sends in the patient's name with the new key.</summary>
    private Receipt AsNew(Command command, long nonce) => Chain.Execute(Canonical.Encode(Transaction.Sign(
        Chain.Genesis.Chain, PatientId, _new.Signing, nonce, lastHeight: 0, Canonical.Encode(command))))[0];
}
