using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Explaining;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Explaining;

/// <summary>Explanations of decisions.</summary>
[TestFixture]
public sealed class ExplanationTests
{
    private const string Policies = """
        @id("research")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"p-001" && context.purpose in Purpose::"HRESCH" && context.cohort >= 20
               && context.grant.uses < 10 && context.now < datetime("2027-07-01") };
        @id("treatment")
        permit (principal == Clinician::"c-017", action == Action::"read", resource)
        when { resource.patient == Patient::"p-001" } unless { resource.labels.contains("PSY") };
        @id("revocable") forbid (principal, action, resource) when { context.grant.revoked };
        """;

    private static readonly EntityUid Researcher = new("Researcher", "r-7");
    private static readonly EntityUid Record = new("Record", "r1");

    private static readonly EntityStore Entities = new EntityStoreBuilder(MedicalSchema.Terms)
        .Add(Researcher, parents: [new EntityUid("Role", "accredited-researcher")])
        .Add(
            Record,
            new RecordValue(
            [
                new("patient", new EntityValue(new EntityUid("Patient", "p-001"))), new("labels", new SetValue([])),
            ]),
            [new EntityUid("Category", "haematology")])
        .Build();

    [Test]
    public void Small_cohort_is_the_one_thing_that_is_wrong()
    {
        DecisionExplanation explanation = Explain(Ask(cohort: 7));
        ConditionChange change = explanation.SmallestChanges.Single().Conditions.Single();
        Assert.That((change.PolicyId, change.Cedar, change.MustHold), Is.EqualTo(("research", "context.cohort >= 20", true)));
        Assert.That(change.Seen.Single(), Is.EqualTo(new SeenValue("context.cohort", "7")));
        Assert.That(explanation.ToText(), Is.EqualTo("""
            Not allowed: no permission covers this request.
            It would be allowed if:
            - at least 20 patients take part ("research"; now context.cohort is 7)

            """));
    }

    [Test]
    public void Findings_say_which_conditions_held_and_what_they_saw()
    {
        PolicyFinding research = Explain(Ask(cohort: 7)).Policies[0];
        Assert.That((research.PolicyId, research.Satisfied), Is.EqualTo(("research", false)));
        Assert.That(
            research.Conditions.Select(c => (c.Cedar, c.Holds)),
            Does.Contain(("resource in Category::\"laboratory\"", (bool?)true)).And.Contain(("context.cohort >= 20", (bool?)false)));
        Assert.That(research.Conditions.Select(c => c.Words), Does.Contain("the purpose belongs to health research")
            .Or.Contain("the purpose is health research"));
    }

    [Test]
    public void Revoked_grant_needs_the_permission_back_and_the_condition()
    {
        DecisionExplanation explanation = Explain(Ask(cohort: 7, revoked: true));
        Assert.That(
            explanation.SmallestChanges.Single().Conditions.Select(c => (c.PolicyId, c.MustHold)),
            Is.EqualTo(new[] { ("research", true), ("revocable", false) }));
        Assert.That(explanation.ToText(), Does.StartWith("Not allowed: the rule \"revocable\" forbids it.")
            .And.Contain("it were not so that the patient took the permission back"));
    }

    [Test]
    public void Allowed_request_says_what_would_close_it()
    {
        DecisionExplanation explanation = Explain(Ask(cohort: 48));
        Assert.That(explanation.Decision.Releasable, Is.True);
        Assert.That(explanation.SmallestChanges[0].Conditions.Single().PolicyId, Is.EqualTo("revocable"));
        Assert.That(explanation.ToText(), Does.StartWith("Allowed by the permission \"research\".")
            .And.Contain("It would no longer be allowed if:\n- the patient took the permission back"));
    }

    [Test]
    public void Permit_that_fails_is_explained_with_the_reason()
    {
        PolicySet set = Text.Compile("@id(\"x\") permit (principal, action, resource) when { context.nosuch == 1 };");
        DecisionExplanation explanation = new ContractVm().Explain(set, Ask(1), Entities);
        Assert.That(explanation.Policies[0].Satisfied, Is.Null);
        Assert.That(explanation.Policies[0].Conditions.Single().Failure, Does.Contain("nosuch"));
        Assert.That(explanation.SmallestChanges.Single().Conditions.Single().Cedar, Is.EqualTo("context.nosuch == 1"));
    }

    [Test]
    public void Forbid_that_fails_keeps_the_door_closed_and_is_named()
    {
        PolicySet set = Text.Compile("""
            @id("p") permit (principal, action, resource); @id("f") forbid (principal, action, resource) when { context.nosuch };
            """);
        DecisionExplanation explanation = new ContractVm().Explain(set, Ask(1), Entities);
        Assert.That(explanation.Decision.Allowed && !explanation.Decision.Releasable, Is.True);
        Assert.That(explanation.SmallestChanges.Single().Conditions.Single().PolicyId, Is.EqualTo("f"));
        Assert.That(explanation.ToText(), Does.StartWith("Not allowed: a rule that may forbid it could not be checked.\n\"f\""));
    }

    [Test]
    public void Cheapest_branch_is_taken()
    {
        PolicySet set = Text.Compile("""
            @id("p") permit (principal, action, resource)
            when { if context.cohort > 100 then context.grant.uses == 9 && context.grant.depth == 9 else !(context.grant.uses < 5) };
            """);
        ConditionChange change = new ContractVm().Explain(set, Ask(1), Entities).SmallestChanges.Single().Conditions.Single();
        Assert.That((change.Cedar, change.MustHold), Is.EqualTo(("context.grant.uses < 5", false)));
    }

    [Test]
    public void Deeply_nested_choices_are_looked_at_once_each()
    {
        string condition = "true";
        for (int i = 0; i < 25; i++)
        {
            condition = $"(if {condition} then false else context.cohort == {i})";
        }

        PolicySet set = Text.Compile($"permit (principal, action, resource) when {{ {condition} }};");
        Assert.That(new ContractVm().Explain(set, Ask(100), Entities).SmallestChanges, Is.Not.Empty);
    }

    [Test]
    public void Set_without_a_permit_has_no_change() =>
        Assert.That(new ContractVm().Explain(Text.Compile(""), Ask(1), Entities).ToText(), Does.EndWith("would change that.\n"));

    private static DecisionExplanation Explain(AuthorizationRequest request) =>
        new ContractVm().Explain(Text.Compile(Policies), request, Entities);

    private static AuthorizationRequest Ask(long cohort, bool revoked = false) => new(
        Researcher, new EntityUid("Action", "compute"), Record,
        new RecordValue(
        [
            new("now", new DateTimeValue(0)),
            new("purpose", new EntityValue(new EntityUid("Purpose", "CLINTRCH"))),
            new("cohort", new LongValue(cohort)),
            new("grant", new RecordValue(
            [
                new("uses", new LongValue(2)), new("revoked", BooleanValue.Of(revoked)), new("depth", new LongValue(0)),
            ])),
        ]));
}
