using MedChain.Core.Computations;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>Compiling with a schema, and what decisions may be asked under one.</summary>
[TestFixture]
public sealed class PolicySchemaTests
{
    private static readonly EntityUid Record = new("Record", "r1");
    private static readonly EntityUid Clinician = new("Clinician", "c-017");

    [Test]
    public void Templates_of_the_profile_fit_the_medical_schema()
    {
        var patient = new EntityUid("Patient", "p-001");
        DateTimeOffset until = DateTimeOffset.UnixEpoch;
        string text = PermissionTemplates.Research(patient, "HRESCH", ["mean", "count"], "laboratory", 20, 10, until)
            + PermissionTemplates.Treatment(patient, Clinician, "clinical", until, ["PSY"])
            + PermissionTemplates.Treatment(patient, new EntityUid("Organization", "st-mary"), "laboratory", until)
            + PermissionTemplates.DenyRevoked();
        PolicyCompilation compilation = ContractVm.CompilePolicies(text, MedicalSchema.Default);
        Assert.That(compilation.Errors, Is.Empty);
        Assert.That(compilation.Policies!.Schema, Is.SameAs(MedicalSchema.Default));
        Assert.That(MedicalProfile.Check(compilation.Policies, patient), Is.Empty);
    }

    [Test]
    public void Operations_of_computations_are_declared()
    {
        foreach (Computation computation in new[]
                 {
                     Computation.CountPatients(), Computation.Mean("x"), Computation.Histogram("x", 0, 1, 2), Computation.CountByCode("x"),
                 })
        {
            string text = $"forbid (principal, action, resource) when {{ context.operation == Operation::\"{computation.Operation}\" }};";
            Assert.That(ContractVm.CompilePolicies(text, MedicalSchema.Default).Errors, Is.Empty);
        }
    }

    [TestCase("principal == Clinican::\"x\", action, resource", "true", "Did you mean \"Clinician\"?")]
    [TestCase("principal is researcher, action, resource", "true", "Did you mean \"Researcher\"?")]
    [TestCase("principal, action == Action::\"raed\", resource", "true", "Did you mean \"read\"?")]
    [TestCase("principal, action, resource", "resource.lables.contains(\"PSY\")", "Did you mean \"labels\"?")]
    [TestCase("principal, action, resource", "context.operation == Operation::\"means\"", "Did you mean \"mean\"?")]
    [TestCase("principal, action, resource", "context.grant.revokd", "Did you mean \"revoked\"?")]
    [TestCase("principal, action, resource", "context.completelyDifferent", "has no attribute")]
    [TestCase("principal is Clinician, action == Action::\"compute\", resource", "true", "No action of the schema applies")]
    public void Wrong_name_is_refused_with_the_nearest_one(string scope, string condition, string advice)
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(
            $"forbid ({scope}) when {{ {condition} }};", MedicalSchema.Default);
        Assert.That(compilation.Errors.Single().Message, Does.Contain(advice));
    }

    [Test]
    public void Permit_on_research_covers_every_research_purpose_and_no_other()
    {
        PolicySet set = Text.Compile("permit (principal, action, resource) when { context.purpose in Purpose::\"HRESCH\" };");
        bool Allows(string purpose) => new ContractVm().Decide(set, Ask("read", purpose), MedicalSchema.Terms).Allowed;
        Assert.That(
            new[] { "HRESCH", "CLINTRCH", "PRECLINTRCH", "DSRCH" }.Select(Allows), Is.EqualTo(new[] { true, true, true, true }));
        Assert.That(new[] { "TREAT", "HOPERAT", "UNKNOWN" }.Select(Allows), Is.EqualTo(new[] { false, false, false }));
    }

    [Test]
    public void Request_that_fits_has_no_problem() => Assert.That(MedicalSchema.Default.ProblemOf(Ask("read", "TREAT")), Is.Null);

    [TestCase("print", "no action Action::\\\"print\\\"")]
    [TestCase("compute", "does not apply to a principal of type Clinician; the schema has Researcher")]
    public void Request_for_another_action_or_by_somebody_else_is_refused(string action, string reason) =>
        Assert.That(MedicalSchema.Default.ProblemOf(Ask(action, "TREAT")), Does.Contain(reason));

    [TestCase("cohort", "\"20\"", "context.cohort is a String; the schema declares a Long.")]
    [TestCase("nwo", "1", "context.nwo is not declared in the schema. Did you mean \"now\"?")]
    [TestCase("grant", "{}", "context.grant.depth is missing; the schema requires it.")]
    [TestCase("operation", "Operation::\"sum\"", "The type Operation has no entity \"sum\".")]
    [TestCase("purpose", "Category::\"x\"", "context.purpose is a Category; the schema declares a Purpose.")]
    public void Context_that_is_not_as_declared_is_refused(string name, string value, string reason)
    {
        CedarValue wrong = Text.Parse(value) is Expression.Literal literal ? literal.Value : RecordValue.Empty;
        Assert.That(MedicalSchema.Default.ProblemOf(Ask("read", "TREAT", new(name, wrong))), Does.Contain(reason));
    }

    [Test]
    public void Entities_that_are_not_as_declared_are_refused()
    {
        string? Build(EntityUid uid, RecordValue? attributes = null, EntityUid? parent = null, RecordValue? tags = null)
        {
            var builder = new EntityStoreBuilder(MedicalSchema.Terms);
            builder.Add(uid, attributes, parent is null ? [] : [parent], tags).TryBuild(MedicalSchema.Default, out _, out string? reason);
            return reason;
        }

        var reviews = new RecordValue([new("openReviews", new LongValue(0))]);
        Assert.That(Build(Clinician, reviews, new EntityUid("Role", "nurse")), Is.Null);
        Assert.That(Build(Clinician), Does.Contain("openReviews is missing"));
        var clinical = new EntityUid("Category", "clinical");
        Assert.That(Build(Clinician, reviews, clinical), Does.Contain("does not let a Clinician be in a Category"));
        Assert.That(Build(Clinician, reviews, tags: reviews), Does.Contain("no tags"));
        Assert.That(Build(new EntityUid("Clinicain", "x")), Does.Contain("Did you mean \"Clinician\"?"));
        Assert.That(Build(new EntityUid("Purpose", "TREAT")), Does.Contain("given twice"));
    }

    [Test]
    public void Entities_in_json_are_read_by_the_schema_and_joined_with_the_terms()
    {
        byte[] json = Text.Utf8("""
            [{"uid": {"type": "Record", "id": "r1"}, "attrs": {"patient": {"type": "Patient", "id": "p"}, "labels": [],
              "codes": [], "collected": "2026-01-01", "starts": "2026-01-01", "ends": "2026-01-01", "version": 1, "superseded": false},
              "parents": [{"type": "Category", "id": "haematology"}]}]
            """);
        Assert.That(
            MedicalSchema.Default.TryReadEntities(json, out EntityStore? store, out string? reason, MedicalSchema.Terms), Is.True, reason);
        Assert.That(store!.IsIn(Record, new EntityUid("Category", "laboratory")), Is.True);
        Assert.That(store.IsIn(Record, new EntityUid("Category", "clinical")), Is.False);
    }

    private static AuthorizationRequest Ask(string action, string purpose, KeyValuePair<string, CedarValue> change = default)
    {
        var context = new Dictionary<string, CedarValue>
        {
            ["now"] = new DateTimeValue(0),
            ["purpose"] = new EntityValue(new EntityUid("Purpose", purpose)),
            ["operation"] = new EntityValue(new EntityUid("Operation", "read")),
            ["cohort"] = new LongValue(0),
            ["grant"] = new RecordValue(
            [
                new("uses", new LongValue(0)), new("revoked", BooleanValue.False), new("depth", new LongValue(0)),
            ]),
        };
        if (change.Key is not null)
        {
            context[change.Key] = change.Value;
        }

        return new AuthorizationRequest(Clinician, new EntityUid("Action", action), Record, new RecordValue(context));
    }
}
