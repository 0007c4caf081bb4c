using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Permissions as values, on a chain: each thing that they can say opens where it holds, and nowhere else.</summary>
[TestFixture]
public sealed class GrantRuleTests
{
    /// <summary>Friday, 15 January 2027, 08:00 UTC.</summary>
    private const long Friday = 1_800_000_000_000;

    private const long Day = 24L * 60 * 60 * 1_000;

    private GrantFixture _its = null!;

    [SetUp]
    public void Start() => _its = new GrantFixture();

    [TearDown]
    public void Stop() => _its.Dispose();

    [Test]
    public void Person_organisation_and_role_are_grantees()
    {
        Digest person = Set(GrantRule.Permit() with { Grantees = [Clinician(_its.Nurse)] });
        Assert.That((_its.Ask(_its.Nurse), _its.Ask(_its.Doctor)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.NotPermitted)));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(person));
        Digest role = Set(GrantRule.Permit() with { Grantees = [new EntityUid("Role", "ward-8"), new EntityUid("Role", "ward-9")] });
        Assert.That((_its.Ask(_its.Visitor), _its.Ask(_its.Doctor)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.NotPermitted)));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(role));
        Set(GrantRule.Permit() with { Grantees = [new EntityUid("Organization", "elsewhere")] });
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.NotPermitted));
        Set(GrantRule.Permit() with { Grantees = [new EntityUid("Organization", "hospital")] });
        Assert.That(_its.Ask(_its.Doctor), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Category_label_instance_and_time_of_collection_choose_records()
    {
        Digest labelled = _its.Chain.StoreRecord(_its.PatientKeys, "laboratory", "PSY");
        DateTimeOffset collected = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        AssertOpens(GrantRule.Permit() with { Categories = ["imaging"] });
        AssertOpens(GrantRule.Permit() with { Categories = ["laboratory"] }, _its.Record, labelled);
        AssertOpens(GrantRule.Permit() with { Labels = ["PSY", "HIV"] }, labelled);
        AssertOpens(GrantRule.Permit() with { Records = [_its.Record.ToString()] }, _its.Record);
        AssertOpens(
            GrantRule.Permit() with { CollectedFrom = collected, CollectedUntil = collected.AddTicks(10_000) }, _its.Record, labelled);
        AssertOpens(GrantRule.Permit() with { CollectedUntil = collected });
        AssertOpens(GrantRule.Permit() with { CollectedFrom = collected.AddTicks(10_000) });
    }

    [TestCase("TREAT", "TREAT", true)]
    [TestCase("TREAT", "COC", true, TestName = "Purpose_below_the_one_of_the_rule_is_covered")]
    [TestCase("HRESCH", "TREAT", false)]
    [TestCase("COC", "TREAT", false)]
    public void Purpose_is_a_tree(string said, string asked, bool opens)
    {
        Set(GrantRule.Permit() with { Purposes = [said] });
        Assert.That(_its.Ask(_its.Nurse, asked) == DecisionOutcome.Permitted, Is.EqualTo(opens));
    }

    [Test]
    public void Window_is_from_the_first_moment_to_before_the_last()
    {
        Set(GrantRule.Permit() with { From = At(Friday + 100_000), Until = At(Friday + 200_000) });
        bool[] opens = [.. new[] { 99_999, 100_000, 199_999, 200_000 }.Select(at => AskAt(_its.Nurse, Friday + at))];
        Assert.That(opens, Is.EqualTo([false, true, true, false]));
    }

    [Test]
    public void Uses_are_counted_to_their_number()
    {
        Set(GrantRule.Permit() with { MaxUses = 2 });
        Assert.That(Enumerable.Range(0, 3).Select(_ => _its.Ask(_its.Nurse)), Is.EqualTo(
            [DecisionOutcome.Permitted, DecisionOutcome.Permitted, DecisionOutcome.NotPermitted]));
    }

    [TestCase(19, "mean", true)]
    [TestCase(18, "mean", false)]
    [TestCase(19, "count", false)]
    public void Cohort_and_operation_of_a_computation_count(long cohort, string operation, bool opens)
    {
        Set(GrantRule.Permit() with { MinimumCohort = 19, Operations = ["mean"], Actions = GrantActions.Compute });
        Assert.That(Computing(operation, cohort) == DecisionOutcome.Permitted, Is.EqualTo(opens));
        Assert.That(_its.Ask(_its.Nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [TestCase(GrantActions.Read, true, false)]
    [TestCase(GrantActions.Compute, false, true)]
    [TestCase(GrantActions.Read | GrantActions.Compute, true, true)]
    [TestCase(GrantActions.None, true, true)]
    public void Mode_is_to_release_or_to_compute(GrantActions actions, bool reads, bool computes)
    {
        Set(GrantRule.Permit() with { Actions = actions });
        Assert.That(_its.Ask(_its.Nurse) == DecisionOutcome.Permitted, Is.EqualTo(reads));
        Assert.That(Computing("mean", 1) == DecisionOutcome.Permitted, Is.EqualTo(computes));
    }

    [Test]
    public void Deny_of_computing_leaves_reading_open()
    {
        Set(GrantRule.Permit());
        Set(GrantRule.Deny() with { Actions = GrantActions.Compute });
        Assert.That((_its.Ask(_its.Nurse), Computing("mean", 1)), Is.EqualTo((DecisionOutcome.Permitted, DecisionOutcome.Forbidden)));
    }

    /// <summary>Deny HIV, except the doctor for treatment, except at the weekend.</summary>
    [Test]
    public void Exceptions_of_exceptions_hold()
    {
        Digest hiv = _its.Chain.StoreRecord(_its.PatientKeys, "laboratory", "HIV");
        Set(GrantRule.Permit());
        Set(GrantRule.Deny() with
        {
            Labels = ["HIV"],
            Exceptions =
            [
                GrantRule.Permit() with
                {
                    Grantees = [Clinician(_its.Doctor)],
                    Purposes = ["TREAT"],
                    Exceptions = [GrantRule.Deny() with { Hours = WeeklyHours.Weekend }],
                },
            ],
        });
        Assert.That(_its.Decide(_its.Doctor).Records, Is.EquivalentTo([_its.Record, hiv]));
        Assert.That(_its.Decide(_its.Nurse).Records, Is.EqualTo([_its.Record]));
        Assert.That(_its.Decide(_its.Doctor, "HPAYMT").Records, Is.EqualTo([_its.Record]));
        _its.Chain.Time = Friday + Day;
        Assert.That(_its.Decide(_its.Doctor).Records, Is.EqualTo([_its.Record]), "Saturday");
        _its.Chain.Time = Friday + (3 * Day);
        Assert.That(_its.Decide(_its.Doctor).Records, Is.EquivalentTo([_its.Record, hiv]), "Monday");
    }

    [Test]
    public void Hours_of_a_week_follow_their_zone_and_go_past_midnight()
    {
        var nights = new WeeklyHours
        {
            Days = [DayOfWeek.Sunday],
            From = new TimeOnly(22, 0),
            Until = new TimeOnly(6, 0),
            UtcOffset = TimeSpan.FromHours(1),
        };
        Set(GrantRule.Permit() with { Hours = nights });
        long sunday21 = Friday + (2 * Day) + (13 * Day / 24);
        bool[] opens = [.. new[] { -1, 0, (8 * Day / 24) - 1, 8 * Day / 24 }.Select(at => AskAt(_its.Nurse, sunday21 + at))];
        Assert.That(opens, Is.EqualTo([false, true, true, false]));
    }

    [Test]
    public void Duties_are_in_the_text()
    {
        string text = (GrantRule.Permit() with { Duties = ImmutableSortedDictionary<string, string>.Empty.Add("notify", "patient") })
            .ToCedar(PermissionRequest.PatientUid(_its.Patient));
        PolicySet policies = ContractVm.CompilePolicies(text, MedicalSchema.Default).Policies!;
        Assert.That(PolicyEffects.TryRead(policies.Policies[0], out PolicyEffects? effects, out _));
        Assert.That(effects!.AuditDuties["notify"], Is.EqualTo("patient"));
    }

    [Test]
    public void Mistakes_are_said_with_what_to_do()
    {
        Assert.That(Mistake(GrantRule.Permit() with { Purposes = ["FUN"] }), Does.Contain("no purpose of use FUN"));
        Assert.That(Mistake(GrantRule.Permit() with { Operations = ["guess"] }), Does.Contain("guess"));
        Assert.That(Mistake(GrantRule.Permit() with { Grantees = [new EntityUid("Record", "r")] }), Does.Contain("is no grantee"));
        Assert.That(Mistake(GrantRule.Permit() with { MaxUses = 0 }), Does.Contain("at least 1"));
        Assert.That(Mistake(GrantRule.Permit() with { From = At(2), Until = At(1) }), Does.Contain("before it begins"));
        Assert.That(Mistake(GrantRule.Permit() with { Hours = new WeeklyHours { Days = [] } }), Does.Contain("at least one day"));
        Assert.That(Mistake(GrantRule.Deny() with { MaxUses = 1 }), Does.Contain("are for permits"));
        GrantRule deep = GrantRule.Deny();
        for (int i = 0; i < GrantRule.MaxNesting; i++)
        {
            deep = GrantRule.Permit() with { Exceptions = [deep] };
        }

        Assert.That(Mistake(deep), Does.Contain("one rule too many"));
    }

    private static DateTimeOffset At(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time);

    private EntityUid Clinician(Person person) => new("Clinician", person.On(_its.Chain).ToString());

    private string Mistake(GrantRule rule) =>
        Assert.Throws<ArgumentException>(() => rule.ToCedar(PermissionRequest.PatientUid(_its.Patient)))!.Message;

    private Digest Set(GrantRule rule) => _its.Permit(rule.ToCedar(PermissionRequest.PatientUid(_its.Patient)));

    private bool AskAt(Person person, long time)
    {
        _its.Chain.Time = time;
        return _its.Ask(person) == DecisionOutcome.Permitted;
    }

    private void AssertOpens(GrantRule rule, params Digest[] records)
    {
        Digest grant = Set(rule);
        Assert.That(_its.Decide(_its.Nurse).Records, Is.EquivalentTo(records));
        _its.Chain.Send(_its.PatientKeys, new RevokeGrant(grant));
    }

    private DecisionOutcome Computing(string operation, long cohort) => _its.Decide(new PermissionQuestion(
        new AccountId(Digest.Of([1])), AccountKind.Researcher, [], "compute", "HRESCH", "laboratory", "", operation, cohort)).Outcome;
}
