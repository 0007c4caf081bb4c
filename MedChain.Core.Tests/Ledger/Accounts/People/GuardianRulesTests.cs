using CsCheck;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>Guardians within their scopes and their time, and minors until they come of age.</summary>
[TestFixture]
public sealed class GuardianRulesTests : PeopleFixture
{
    private const long Year = 365L * 24 * 3_600 * 1_000;

    [Test]
    public void Guardian_acts_with_her_own_key_and_the_patient_sees_it()
    {
        Person guardian = Appoint(GuardianScopes.All);
        Digest record = Chain.StoreRecord(Patient);
        Receipt receipt = PermitFor(guardian, Policies.Reading(PatientId), out Digest grant);
        Assert.That(receipt.Events.Select(e => (e.Kind, e.Subject, e.Reference)),
            Is.EqualTo([(LedgerEventKind.GrantSet, PatientId, grant)]));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(Ask(guardian, out Digest request), Is.EqualTo(DecisionOutcome.Guardian));
        DecisionEntry decision = Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
        Assert.That((decision.Recipient, decision.Records.Single()), Is.EqualTo((guardian.Agreement.PublicKey, record)));
        Apply(Chain.Send(guardian, new ActFor(PatientId, new RevokeGrant(grant))));
        Apply(Chain.Send(guardian, new ActFor(PatientId, Erase(record))));
        Assert.That(Chain.State.Get<ErasureEntry>(StateKey.Erasure(Digest.Of([1])))!.Owner, Is.EqualTo(PatientId));
    }

    [TestCase(GuardianScopes.Read)]
    [TestCase(GuardianScopes.Permit)]
    [TestCase(GuardianScopes.Erase)]
    [TestCase(GuardianScopes.Store)]
    public void Guardian_does_nothing_outside_her_scope(GuardianScopes scope)
    {
        Person guardian = Appoint(scope);
        Digest record = Chain.StoreRecord(Patient);
        Assert.That(Ask(guardian) == DecisionOutcome.Guardian, Is.EqualTo(scope == GuardianScopes.Read));
        Assert.That(PermitFor(guardian, Policies.Reading(PatientId), out _).Status == ReceiptStatus.Applied,
            Is.EqualTo(scope == GuardianScopes.Permit));
        Assert.That(Chain.Send(guardian, new ActFor(PatientId, Erase(record))).Status == ReceiptStatus.Applied,
            Is.EqualTo(scope == GuardianScopes.Erase));
    }

    [Test]
    public void Guardianship_has_its_time()
    {
        Person guardian = Register("guardian", AccountKind.Guardian);
        long from = Chain.Time + 10_000;
        Apply(Chain.Send(Patient, new AppointGuardian(PatientId, guardian.On(Chain), GuardianScopes.Permit, from, from + 10_000)));
        Chain.Time = from - 1;
        Refuse(PermitFor(guardian, Policies.Reading(PatientId), out _), "is no guardian");
        Chain.Time = from;
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out _));
        Chain.Time = from + 10_000;
        Refuse(PermitFor(guardian, Policies.Reading(PatientId), out _), "is no guardian");
    }

    [Test]
    public void Only_the_patient_appoints_her_guardians_and_she_ends_it()
    {
        Person guardian = Register("guardian", AccountKind.Guardian);
        AppointGuardian command = new(PatientId, guardian.On(Chain), GuardianScopes.Read, 0, Chain.Time + Year);
        foreach (Person sender in new[] { guardian, Chain.Administrator, Nurse })
        {
            Refuse(Chain.Send(sender, command), "A patient appoints her guardians");
        }

        Refuse(Chain.Send(Patient, command with { Guardian = new AccountId(Digest.Of([1])) }), "is not registered");
        Refuse(Chain.Send(Patient, command with { Scopes = GuardianScopes.None }), "at least one scope");
        Refuse(Chain.Send(Patient, command with { Guardian = PatientId }), "her own guardian");
        Chain.StoreRecord(Patient);
        Apply(Chain.Send(Patient, command));
        Assert.That(Ask(guardian, out Digest request), Is.EqualTo(DecisionOutcome.Guardian));
        Assert.That(ReleaseProblem(request), Is.Null);
        Refuse(Chain.Send(Nurse, new EndGuardianship(PatientId, guardian.On(Chain))), "is ended by");
        Apply(Chain.Send(Patient, new EndGuardianship(PatientId, guardian.On(Chain))));
        Assert.That(ReleaseProblem(request), Does.Contain("no guardian any more"), "custodians look at the present");
        Assert.That(Ask(guardian), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Guardian_sends_nothing_else_for_her_ward()
    {
        Person guardian = Appoint(GuardianScopes.All);
        foreach (Command command in new Command[]
        {
            new MarkOrder(), new SuspendAccount(PatientId, default), new VetoRecovery(), new RequestAccess(default, PatientId, default),
            new AppointGuardian(PatientId, Nurse.On(Chain), GuardianScopes.Read, 0, Chain.Time + Year),
            new SetDirective(Directive.DenyAll), new ActFor(PatientId, new RevokeGrant(default)),
        })
        {
            Refuse(Chain.Send(guardian, new ActFor(PatientId, command)), "No guardian may send");
        }

        Refuse(Chain.Send(guardian, new ActFor(PatientId, new byte[] { 1, 2 })), "malformed");
    }

    [Test]
    public void Guardian_reviews_an_emergency_access_for_her_ward_and_never_her_own()
    {
        Person mother = Appoint(GuardianScopes.Read);
        Person physician = Register("physician", AccountKind.Practitioner, "emergency-physician");
        Apply(Chain.Send(Patient, new AppointGuardian(PatientId, physician.On(Chain), GuardianScopes.All, 0, Chain.Time + Year)));
        Chain.StoreRecord(Patient);
        Apply(Chain.TryPermit(
            Patient, new PolicyDocument("", GrantTemplates.BreakGlassOnly.Hash, Core.Contracts.RecordValue.Empty), out _));
        Attachment details = Attachment.Create(
            new AccessDetails("breakGlass", "BTG", "laboratory", "unconscious", physician.Acting(Chain)));
        Apply(Chain.Send(physician, new RequestEmergencyAccess(Digest.Of([1]), PatientId, details.Commitment, 60_000), details));
        Attachment finding = Attachment.Create(new Note("looked at"));
        var review = new ActFor(PatientId, new ReviewEmergency(Digest.Of([1]), true, finding.Commitment));
        Refuse(Chain.Send(physician, review, finding), "Nobody reviews her own");
        Assert.That(Chain.Send(mother, review, finding).Events.Single().Kind, Is.EqualTo(LedgerEventKind.EmergencyReviewed));
    }

    [Test]
    public void Nested_commands_of_any_depth_are_refused_at_no_cost()
    {
        byte[] body = Canonical.Encode<Command>(new RevokeGrant(default));
        for (int i = 0; i < 2_000; i++)
        {
            body = Canonical.Encode<Command>(new ActFor(PatientId, body));
        }

        Refuse(Chain.Send(Nurse, new ActFor(PatientId, body)), "No guardian may send");
    }

    [Test]
    public void Suspended_guardian_does_nothing_and_that_of_a_suspended_patient_only_takes_away()
    {
        Person guardian = Appoint(GuardianScopes.All);
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out Digest grant));
        Suspend(PatientId);
        Refuse(PermitFor(guardian, Policies.Reading(PatientId), out _), "is suspended");
        Apply(Chain.Send(guardian, new ActFor(PatientId, new RevokeGrant(grant))));
        Suspend(guardian.On(Chain));
        Refuse(Chain.Send(guardian, new ActFor(PatientId, new RevokeGrant(grant))), "is suspended");
    }

    [Test]
    public void Legal_guardian_of_a_minor_ends_with_majority_by_itself()
    {
        long majority = Chain.Time + Year;
        Person guardian = AppointForMinor(majority);
        Chain.Time = majority - 1;
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out _));
        Chain.Time = majority;
        Refuse(PermitFor(guardian, Policies.Reading(PatientId), out _), "is no guardian");
        Apply(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _));
    }

    [Test]
    public void Minor_stores_reads_and_revokes_and_does_not_bind_herself()
    {
        Person guardian = AppointForMinor(Chain.Time + Year);
        Digest record = Chain.StoreRecord(Patient);
        Assert.That(Ask(Patient), Is.EqualTo(DecisionOutcome.OwnRecord));
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out Digest grant));
        Apply(Chain.Send(Patient, new RevokeGrant(grant)));
        Refuse(Chain.TryPermit(Patient, Policies.Reading(PatientId), out _), "is a minor");
        Refuse(Chain.Send(Patient, Erase(record)), "is a minor");
        Refuse(
            Chain.Send(Patient, new AppointGuardian(PatientId, Nurse.On(Chain), GuardianScopes.Read, 0, Chain.Time + Year)),
            "is a minor");
        Refuse(Chain.Send(Patient, new SetDirective(Directive.DenyAll)), "is a minor");
        Refuse(Chain.Send(Patient, new EndGuardianship(PatientId, guardian.On(Chain))), "is ended by");
    }

    [Test]
    public void Research_that_a_guardian_permitted_pauses_at_majority_until_it_is_confirmed()
    {
        long majority = Chain.Time + Year;
        Person guardian = AppointForMinor(majority);
        Person researcher = Register("researcher", AccountKind.Researcher);
        Chain.StoreRecord(Patient);
        Apply(PermitFor(guardian, Research, out Digest research));
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out _));
        Assert.That(Compute(researcher), Is.EqualTo(DecisionOutcome.Permitted));
        Refuse(Consent(Patient, PatientId, research), "once the patient is of age");
        Chain.Time = majority;
        Assert.That(Compute(researcher), Is.EqualTo(DecisionOutcome.NotInForce));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted), "treatment goes on");
        Apply(Consent(Patient, PatientId, research));
        Assert.That(Compute(researcher), Is.EqualTo(DecisionOutcome.Permitted));
        Refuse(Consent(Patient, PatientId, research), "Only what a guardian permitted");
    }

    [Test]
    public void Forbid_that_a_guardian_set_goes_on_after_majority()
    {
        long majority = Chain.Time + Year;
        Person guardian = AppointForMinor(majority);
        Person researcher = Register("researcher", AccountKind.Researcher);
        Chain.StoreRecord(Patient);
        Apply(PermitFor(guardian, "forbid (principal, action, resource);", out _));
        Chain.Time = majority;
        Apply(Chain.TryPermit(Patient, Research, out _));
        Assert.That(Compute(researcher), Is.EqualTo(DecisionOutcome.Forbidden));
    }

    [Test]
    public void Guardian_requires_the_consent_of_others_for_a_minor_alone_and_it_ends_with_majority()
    {
        Person friend = Register("friend", AccountKind.Guardian);
        var require = new ActFor(PatientId, new RequireConsent(default, Group(1, friend)));
        long majority = Chain.Time + Year;
        Person guardian = AppointForMinor(majority);
        Chain.StoreRecord(Patient);
        Apply(Chain.Send(guardian, require));
        Apply(PermitFor(guardian, Policies.Reading(PatientId), out Digest grant));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.NotInForce));
        Apply(Consent(friend, PatientId, grant));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
        Chain.Time = majority;
        Apply(Chain.Send(Patient, new RevokeGrant(grant)));
        Chain.Permit(Patient, Policies.Reading(PatientId));
        Assert.That(Ask(), Is.EqualTo(DecisionOutcome.Permitted));
        Apply(Chain.Send(Patient, new AppointGuardian(PatientId, guardian.On(Chain), GuardianScopes.All, 0, majority + Year)));
        Refuse(Chain.Send(guardian, require), "is of age");
    }

    [Test]
    public void Majority_is_set_before_the_account_is_used_and_never_put_off()
    {
        long majority = Chain.Time + Year;
        Refuse(Chain.Send(Nurse, new SetMajority(PatientId, majority)), "Only the chain's administrator");
        Refuse(Chain.Send(Chain.Administrator, new SetMajority(Nurse.On(Chain), majority)), "is no registered patient");
        Refuse(Chain.Send(Chain.Administrator, new SetMajority(PatientId, Chain.Time - 1)), "is set before");
        Apply(Chain.Send(Chain.Administrator, new SetMajority(PatientId, majority)));
        Refuse(Chain.Send(Chain.Administrator, new SetMajority(PatientId, majority + 1)), "only brought");
        Apply(Chain.Send(Chain.Administrator, new SetMajority(PatientId, majority - 1)));
        Person adult = Chain.RegisterPatient("adult");
        Chain.StoreRecord(adult);
        Refuse(Chain.Send(Chain.Administrator, new SetMajority(adult.On(Chain), majority)), "is set before");
    }

    /// <summary>Random scopes, times and acts against a model of one line.</summary>
    [Test]
    public void No_act_outside_scope_or_after_majority_is_accepted() =>
        Gen.Select(Gen.Int[1, 15], Gen.Int[0, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 6]).List[1, 12])
            .Sample(
                (scopes, from, length, majority, acts) =>
                {
                    StopChain();
                    StartChain();
                    long start = Chain.Time + 100_000;
                    long At(int tenth) => start + (tenth * 10_000L);
                    Apply(Chain.Send(Chain.Administrator, new SetMajority(PatientId, At(majority))));
                    Person guardian = Register("guardian", AccountKind.Guardian);
                    var granted = (GuardianScopes)scopes;
                    Apply(Chain.Send(Chain.Administrator, new AppointGuardian(
                        PatientId, guardian.On(Chain), granted, At(from), At(from + length))));
                    Digest[] records = [.. acts.Select(_ => Chain.StoreRecord(Patient))];
                    int now = 0;
                    foreach (((int what, int step), int i) in acts.Select((a, i) => (a, i)))
                    {
                        now += step;
                        Chain.Time = At(now);
                        (GuardianScopes scope, bool accepted) = what switch
                        {
                            0 => (GuardianScopes.Read, Ask(guardian) == DecisionOutcome.Guardian),
                            1 => (GuardianScopes.Permit, IsApplied(PermitFor(guardian, Policies.Reading(PatientId), out _))),
                            _ => (GuardianScopes.Erase, IsApplied(Chain.Send(
                                guardian, new ActFor(PatientId, Erase(records[i], (byte)i))))),
                        };
                        bool may = granted.HasFlag(scope) && now >= from && now < from + length && now < majority;
                        bool isThere = scope != GuardianScopes.Read || HasLiveRecord();
                        Assert.That(accepted, Is.EqualTo(may && isThere));
                    }
                },
                iter: 30,
                threads: 1);

    private static bool IsApplied(Receipt receipt) => receipt.Status == ReceiptStatus.Applied;

    private bool HasLiveRecord() =>
        Chain.State.Scan<RecordEntry>(StateKey.RecordsOf(PatientId)).Any(r => r.Value.Status == RecordStatus.Live);

    private OrderErasure Erase(Digest record, byte order = 1) => new(Digest.Of([order]), PatientId, ErasureScope.Of(record), 1_000);

    private Person Appoint(GuardianScopes scopes)
    {
        Person guardian = Register("guardian", AccountKind.Guardian);
        Apply(Chain.Send(Patient, new AppointGuardian(PatientId, guardian.On(Chain), scopes, 0, Chain.Time + Year)));
        return guardian;
    }

    private Person AppointForMinor(long majority)
    {
        Person guardian = Register("guardian", AccountKind.Guardian);
        Apply(Chain.Send(Chain.Administrator, new SetMajority(PatientId, majority)));
        Apply(Chain.Send(
            Chain.Administrator, new AppointGuardian(PatientId, guardian.On(Chain), GuardianScopes.All, 0, majority + Year)));
        return guardian;
    }

    private void Suspend(AccountId account)
    {
        Attachment why = Attachment.Create(new Note("why"));
        Apply(Chain.Send(Chain.Administrator, new SuspendAccount(account, why.Commitment), why));
    }
}
