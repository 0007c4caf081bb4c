using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Grants that are a template with parameters.</summary>
[TestFixture]
public sealed class TemplateGrantTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;
    private Person _visitor = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = _chain.Own(new Person("nurse"));
        _visitor = _chain.Own(new Person("visitor"));
        _chain.Register(_nurse, AccountKind.Practitioner, "ward-7");
        _chain.Register(_visitor, AccountKind.Practitioner, "ward-8");
        _chain.StoreRecord(_patient);
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _nurse.Dispose();
        _visitor.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Clinician_of_a_grant_reads_and_no_other()
    {
        Choose(GrantTemplates.TreatmentByClinician, Usual with { Clinician = _nurse.On(_chain).ToString() });
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(Ask(_visitor), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Role_of_a_grant_reads_and_no_other()
    {
        Choose(GrantTemplates.TreatmentByRole, Usual with { Role = "ward-7" });
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Permitted));
        Assert.That(Ask(_visitor), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [TestCase("hospital", DecisionOutcome.Permitted)]
    [TestCase("another", DecisionOutcome.NotPermitted)]
    public void Organization_of_a_grant_reads(string organization, DecisionOutcome outcome)
    {
        Choose(GrantTemplates.TreatmentByOrganization, Usual with { Organization = organization });
        Assert.That(Ask(_nurse), Is.EqualTo(outcome));
    }

    [TestCase("chemistry", DecisionOutcome.Permitted, TestName = "Category_below_the_one_of_the_grant_is_covered")]
    [TestCase("imaging", DecisionOutcome.NotPermitted, TestName = "Category_beside_the_one_of_the_grant_is_not_covered")]
    public void Category_of_a_grant_counts(string category, DecisionOutcome outcome)
    {
        _chain.StoreRecord(_patient, category);
        Choose(GrantTemplates.TreatmentByRole, Usual with { Role = "ward-7" });
        Assert.That(Decide(_nurse, category).Outcome, Is.EqualTo(outcome));
    }

    [Test]
    public void Withheld_label_keeps_a_record_closed()
    {
        Digest open = _chain.StoreRecord(_patient);
        _chain.StoreRecord(_patient, "laboratory", "PSY");
        Choose(GrantTemplates.TreatmentByRole, Usual with { Role = "ward-7", WithheldLabels = ["SUD", "PSY"] });
        Assert.That(Decide(_nurse).Records, Has.Length.EqualTo(2).And.Member(open));
    }

    [Test]
    public void Grant_ends_at_its_time()
    {
        DateTimeOffset end = DateTimeOffset.FromUnixTimeMilliseconds(_chain.Time + 100_000);
        Choose(GrantTemplates.TreatmentByRole, Usual with { Role = "ward-7", Until = end });
        _chain.Time = end.ToUnixTimeMilliseconds() - 1;
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Permitted));
        _chain.Time = end.ToUnixTimeMilliseconds();
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Grant_opens_nothing_of_another_patient()
    {
        Person another = _chain.RegisterPatient("another");
        Assert.That(
            _chain.TryPermit(another, Document(GrantTemplates.TreatmentByRole, Usual with { Role = "ward-7" }), out _).Status,
            Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.NotPermitted));
    }

    [Test]
    public void Template_and_text_of_a_patient_s_own_decide_together()
    {
        _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
        Digest denial = Choose(GrantTemplates.DenyAll, new GrantParameters());
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Forbidden));
        _chain.Send(_patient, new RevokeGrant(denial));
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Text_of_a_patient_s_own_may_say_whoever_set_the_grant()
    {
        _chain.Permit(
            _patient,
            """
            permit (principal, action == Action::"read", resource)
            when { context.grant has patient && resource.patient == context.grant.patient };
            """);
        Assert.That(Ask(_nurse), Is.EqualTo(DecisionOutcome.Permitted));
    }

    [Test]
    public void Wrong_parameters_are_refused_with_the_reason()
    {
        GrantParameters usual = Usual with { Role = "ward-7" };
        Assert.That(Refusal(GrantTemplates.TreatmentByRole, Usual), Does.Contain("needs the parameter role"));
        Assert.That(
            Refusal(GrantTemplates.TreatmentByRole, usual with { MaxUses = 3 }), Does.Contain("has no parameter limit"));
        Assert.That(Refusal(GrantTemplates.Research, Research with { Purpose = "FUN" }), Does.Contain("no purpose of use FUN"));
        Assert.That(Refusal(GrantTemplates.Research, Research with { MinimumCohort = 0 }), Does.Contain("cohort is below 1"));
        Assert.That(Refusal(GrantTemplates.Research, Research with { Operations = ["guess"] }), Does.Contain("guess"));
        Assert.That(Refusal(GrantTemplates.Research, Research), Is.Empty);
    }

    [Test]
    public void Unknown_template_and_parameter_of_another_type_are_refused()
    {
        RecordValue given = (Usual with { Role = "ward-7" }).ToRecord();
        Assert.That(Refusal(new PolicyDocument("", Digest.Of("no template"u8), given)), Does.Contain("There is no template"));
        IEnumerable<string> others = given.Names.Where(name => name != "role");
        var wrong = new RecordValue([.. others.Select(name => KeyValuePair.Create(name, given[name]!)), new("role", new LongValue(7))]);
        Assert.That(
            Refusal(new PolicyDocument("", GrantTemplates.TreatmentByRole.Hash, wrong)), Does.Contain("context.grant.role"));
    }

    [Test]
    public void Template_is_compiled_once_for_all_grants()
    {
        Attachment[] grants =
        [
            .. new[] { "ward-7", "ward-8" }.Select(role => Attachment.Create(
                Document(GrantTemplates.TreatmentByRole, Usual with { Role = role }))),
        ];
        var context = new LedgerContext(
            default, 0, 0, commitment => Canonical.Encode(grants.Single(grant => grant.Commitment == commitment)));
        var cache = new PolicyCache();

        GrantPolicies[] found = [.. grants.Select(grant => cache.TryGet(context, grant.Commitment, out _)!)];

        Assert.That(found[0].Policies, Is.SameAs(found[1].Policies));
        Assert.That(found[0].Parameters["role"], Is.Not.EqualTo(found[1].Parameters["role"]));
    }

    private static GrantParameters Usual => new() { Category = "laboratory", Until = Policies.Far };

    private static GrantParameters Research => Usual with
    {
        Purpose = "HRESCH",
        Operations = ["mean"],
        MinimumCohort = 5,
        MaxUses = 3,
    };

    private static PolicyDocument Document(GrantTemplate template, GrantParameters parameters) =>
        new("", template.Hash, parameters.ToRecord());

    private Digest Choose(GrantTemplate template, GrantParameters parameters)
    {
        Receipt receipt = _chain.TryPermit(_patient, Document(template, parameters), out Digest grant);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return grant;
    }

    private string Refusal(GrantTemplate template, GrantParameters parameters) => Refusal(Document(template, parameters));

    private string Refusal(PolicyDocument document) => _chain.TryPermit(_patient, document, out _).Reason;

    private DecisionOutcome Ask(Person asker) => Decide(asker).Outcome;

    private DecisionEntry Decide(Person asker, string category = "laboratory")
    {
        Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", category, "", asker.Acting(_chain)));
        var request = new Digest(Core.Cryptography.SecureRandom.Bytes(Digest.Size));
        Receipt receipt = _chain.Send(asker, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
    }
}
