using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Breaking the glass: what is open, for how long, and what becomes of those whose access nobody reviews.</summary>
[TestFixture]
public sealed class EmergencyRulesTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _physician = null!;
    private Person _officer = null!;

    private AccountId Patient => _patient.On(_chain);

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _physician = Physician("physician");
        _officer = _chain.Own(new Person("officer"));
        _chain.Register(_officer, AccountKind.Organisation, EmergencyRules.ReviewerRole);
        _chain.StoreRecord(_patient);
        Assert.That(PermitEmergencies(_patient).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _physician.Dispose();
        _officer.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Permitted_emergency_is_in_the_state_with_its_expiry_and_the_deadline_of_its_review()
    {
        long time = _chain.Time;
        Receipt receipt = Break(_physician, _patient, out Digest request);
        Assert.That(receipt.Events.Select(e => (e.Kind, e.Subject, e.Reference)), Is.EqualTo(new[]
        {
            (LedgerEventKind.GlassBroken, Patient, request), (LedgerEventKind.AccessPermitted, Patient, request),
        }));
        EmergencyEntry entry = _chain.State.Get<EmergencyEntry>(StateKey.Emergency(request))!;
        Assert.That((entry.Actor, entry.Patient, entry.Status), Is.EqualTo((_physician.On(_chain), Patient, EmergencyStatus.Unreviewed)));
        Assert.That((entry.Expires - time, entry.ReviewBy - time), Is.EqualTo((60_000L, EmergencyRules.ReviewWindow)));
    }

    [Test]
    public void Refused_emergency_waits_for_no_review()
    {
        Person stranger = _chain.Own(new Person("surgeon"));
        _chain.Register(stranger, AccountKind.Practitioner, "surgeon");
        Assert.That(Outcome(stranger), Is.EqualTo(DecisionOutcome.NotPermitted));
        Assert.That(EmergencyRules.OpenReviews(_chain.State, stranger.On(_chain)), Is.Zero);
    }

    [Test]
    public void Unreviewed_access_blocks_the_next_one_to_anybody_and_reviewed_ones_do_not()
    {
        Person another = _chain.RegisterPatient("another");
        _chain.StoreRecord(another);
        PermitEmergencies(another);
        Break(_physician, _patient, out Digest first);
        Assert.That(Outcome(_physician, another), Is.EqualTo(DecisionOutcome.ReviewPending));
        Assert.That(Outcome(Physician("colleague")), Is.EqualTo(DecisionOutcome.Permitted), "others are not blocked");
        Assert.That(Review(_officer, first, justified: true).Events.Single().Kind, Is.EqualTo(LedgerEventKind.EmergencyReviewed));
        Assert.That(Outcome(_physician, another), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Policies_know_how_many_reviews_are_open()
    {
        _chain.Permit(_patient, Policies.Reading(Patient, "principal is Clinician && principal.openReviews == 0"));
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Permitted));
        Break(_physician, _patient, out _);
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Overdue_review_suspends_the_actor_until_it_is_done()
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        Break(_physician, _patient, out Digest request);
        long reviewBy = _chain.State.Get<EmergencyEntry>(StateKey.Emergency(request))!.ReviewBy;
        _chain.Time = reviewBy;
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Permitted));
        _chain.Time = reviewBy + 1;
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Suspended));
        Assert.That(_chain.Send(_physician, new MarkOrder()).Reason, Does.Contain("which is overdue"));
        Assert.That(_chain.Send(_chain.Administrator, new ReinstateAccount(_physician.On(_chain), default), []).Reason,
            Does.Contain("have it reviewed"));
        Assert.That(Review(_officer, request, justified: true).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Access_that_is_found_not_justified_suspends_until_the_administrator_reinstates()
    {
        _chain.Permit(_patient, Policies.Reading(Patient));
        Break(_physician, _patient, out Digest request);
        Assert.That(Review(_patient, request, justified: false).Events.Select(e => (e.Kind, e.Subject)), Is.EqualTo(new[]
        {
            (LedgerEventKind.EmergencyReviewed, Patient), (LedgerEventKind.AccountSuspended, _physician.On(_chain)),
        }));
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Suspended));
        Attachment note = Attachment.Create(new Note("warned"));
        Assert.That(_chain.Send(_officer, new ReinstateAccount(_physician.On(_chain), note.Commitment), note).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_chain.Administrator, new ReinstateAccount(_physician.On(_chain), note.Commitment), note).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Read(_physician), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Only_the_patient_and_officers_review_and_once()
    {
        Person another = _chain.RegisterPatient("another");
        Break(_physician, _patient, out Digest request);
        foreach (Person sender in new[] { another, _physician, Physician("colleague"), _chain.Administrator })
        {
            Assert.That(Review(sender, request, justified: true).Reason, Does.Contain("is reviewed by the patient"));
        }

        Assert.That(Review(_officer, Digest.Of([5]), justified: true).Reason, Does.StartWith("No emergency access"));
        Assert.That(Review(_officer, request, justified: true).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Review(_patient, request, justified: false).Reason, Does.StartWith("No emergency access"));
    }

    [Test]
    public void Officer_does_not_review_her_own_access()
    {
        Person both = _chain.Own(new Person("both"));
        _chain.Register(both, AccountKind.Practitioner, "emergency-physician", EmergencyRules.ReviewerRole);
        Break(both, _patient, out Digest request);
        Assert.That(Review(both, request, justified: true).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [TestCase("read", "BTG", "unconscious", 60_000, "has the action breakGlass")]
    [TestCase("breakGlass", "TREAT", "unconscious", 60_000, "is no emergency")]
    [TestCase("breakGlass", "BTG", " ", 60_000, "give a justification")]
    [TestCase("breakGlass", "BTG", "unconscious", 999, "it must be 1000 to")]
    [TestCase("breakGlass", "BTG", "unconscious", RequestEmergencyAccess.MaxWindow + 1, "it must be 1000 to")]
    public void Wrong_emergency_is_refused(string action, string purpose, string justification, long window, string reason)
    {
        Attachment details = Attachment.Create(new AccessDetails(action, purpose, "laboratory", justification, _physician.Acting(_chain)));
        Assert.That(
            _chain.Send(_physician, new RequestEmergencyAccess(Digest.Of([1]), Patient, details.Commitment, window), details).Reason,
            Does.Contain(reason));
    }

    [Test]
    public void Glass_is_not_broken_by_an_ordinary_request()
    {
        Attachment details = Attachment.Create(
            new AccessDetails("breakGlass", "BTG", "laboratory", "unconscious", _physician.Acting(_chain)));
        Assert.That(_chain.Send(_physician, new RequestAccess(Digest.Of([1]), Patient, details.Commitment), details).Reason,
            Does.Contain("is asked for as an emergency"));
    }

    [Test]
    public void Custodians_look_at_expiry_and_finding()
    {
        long time = _chain.Time;
        Break(_physician, _patient, out Digest request);
        string? Problem(long now) => EmergencyRules.ReleaseProblem(_chain.State, request, now);
        Assert.That(new[] { Problem(time), Problem(time + 59_999) }, Is.All.Null);
        Assert.That(Problem(time + 60_000), Does.Contain("has expired"));
        Assert.That(Problem(0), Does.Contain("ask again later"));
        Review(_officer, request, justified: false);
        Assert.That(Problem(time), Does.Contain("not justified"));
    }

    /// <summary>Random accesses, reviews and time: no actor has two accesses that nobody reviewed, and nobody is permitted while one
    /// waits.</summary>
    [Test]
    public void Actor_has_at_most_one_unreviewed_access() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 3], Gen.Int[0, 80]).List[1, 25].Sample(
            steps =>
            {
                using var chain = new LedgerChain(ChainKind.Account, "hospital");
                _chain = chain;
                _patient = chain.RegisterPatient("patient");
                chain.StoreRecord(_patient);
                PermitEmergencies(_patient);
                Person[] actors = [Physician("one"), Physician("two")];
                var open = new Dictionary<Person, (Digest Request, long Time)>();
                var bad = new HashSet<Person>();
                foreach ((int who, int what, int hours) in steps)
                {
                    Person actor = actors[who];
                    chain.Time += hours * 3_600_000L;
                    if (what < 2)
                    {
                        bool mayOpen = !open.ContainsKey(actor) && !bad.Contains(actor);
                        Break(actor, _patient, out Digest request);
                        DecisionOutcome outcome = chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
                        Assert.That(outcome == DecisionOutcome.Permitted, Is.EqualTo(mayOpen));
                        if (mayOpen)
                        {
                            open.Add(actor, (request, chain.Time));
                        }
                    }
                    else if (open.Remove(actor, out (Digest Request, long Time) access))
                    {
                        Assert.That(Review(_patient, access.Request, justified: what == 2).Status, Is.EqualTo(ReceiptStatus.Applied));
                        if (what == 3)
                        {
                            bad.Add(actor);
                        }
                    }

                    AccountId[] waiting =
                    [
                        .. chain.State.Scan<EmergencyEntry>(StateKey.Emergencies)
                            .Where(e => e.Value.Status == EmergencyStatus.Unreviewed).Select(e => e.Value.Actor),
                    ];
                    Assert.That(waiting, Is.Unique);
                    Assert.That(waiting, Is.EquivalentTo(open.Keys.Select(a => a.On(chain))));
                }
            },
            iter: 30,
            threads: 1);

    private Person Physician(string name)
    {
        Person physician = _chain.Own(new Person(name));
        _chain.Register(physician, AccountKind.Practitioner, "emergency-physician");
        return physician;
    }

    private Receipt PermitEmergencies(Person patient) => _chain.TryPermit(
        patient, new PolicyDocument("", GrantTemplates.BreakGlassOnly.Hash, RecordValue.Empty), out _);

    private Receipt Break(Person actor, Person patient, out Digest request)
    {
        request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("breakGlass", "BTG", "laboratory", "unconscious", actor.Acting(_chain)));
        return _chain.Send(actor, new RequestEmergencyAccess(request, patient.On(_chain), details.Commitment, 60_000), details);
    }

    private DecisionOutcome Outcome(Person actor, Person? patient = null)
    {
        Break(actor, patient ?? _patient, out Digest request);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }

    private DecisionOutcome Read(Person actor)
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", "laboratory", "", actor.Acting(_chain)));
        _chain.Send(actor, new RequestAccess(request, Patient, details.Commitment), details);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }

    private Receipt Review(Person reviewer, Digest request, bool justified)
    {
        Attachment finding = Attachment.Create(new Note("looked at"));
        return _chain.Send(reviewer, new ReviewEmergency(request, justified, finding.Commitment), finding);
    }
}
