using MedChain.Core.Contracts;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>How the policies of a set decide together.</summary>
[TestFixture]
public sealed class DecisionTests
{
    [Test]
    public void Nothing_is_allowed_by_default()
    {
        Decision decision = Decide("");
        Assert.That(decision.Allowed, Is.False);
        Assert.That(decision.Reasons, Is.Empty);
        Assert.That(decision.Releasable, Is.False);
    }

    [Test]
    public void Satisfied_permit_allows_and_is_the_reason()
    {
        Decision decision = Decide("""
            @id("a") permit (principal, action, resource) when { principal.level == 3 };
            @id("b") permit (principal, action, resource) when { principal.level == 4 };
            """);
        Assert.That(decision.Allowed, Is.True);
        Assert.That(decision.Releasable, Is.True);
        Assert.That(decision.Reasons, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Forbid_wins_and_is_the_reason()
    {
        Decision decision = Decide("""
            @id("a") permit (principal, action, resource);
            @id("b") forbid (principal, action, resource) unless { principal.level == 4 };
            """);
        Assert.That(decision.Allowed, Is.False);
        Assert.That(decision.Reasons, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void Failing_permit_is_reported_and_decides_nothing()
    {
        Decision decision = Decide("""
            @id("a") permit (principal, action, resource) when { principal.nothing };
            @id("b") permit (principal, action, resource);
            """);
        Assert.That(decision.Releasable, Is.True);
        Assert.That(decision.Reasons, Is.EqualTo(new[] { "b" }));
        var fault = new PolicyFault("a", PolicyEffect.Permit, "1:54: the entity has no attribute \"nothing\"");
        Assert.That(decision.Errors.Single(), Is.EqualTo(fault));
    }

    [Test]
    public void Failing_forbid_leaves_the_decision_but_nothing_may_be_released()
    {
        Decision decision = Decide("""
            @id("a") permit (principal, action, resource);
            @id("b") forbid (principal, action, resource) when { context.grant.revoked };
            """);
        Assert.That(decision.Allowed, Is.True);
        Assert.That(decision.Releasable, Is.False);
    }

    [Test]
    public void Condition_that_is_no_boolean_fails() =>
        Assert.That(
            Decide("permit (principal, action, resource) when { 1 };").Errors[0].Message,
            Is.EqualTo("1:45: a Bool is needed here, not a Long"));

    [TestCase("principal == Clinician::\"c-017\"", true)]
    [TestCase("principal == Clinician::\"c-018\"", false)]
    [TestCase("principal in Group::\"all\"", true)]
    [TestCase("principal in Group::\"none\"", false)]
    [TestCase("principal is Clinician", true)]
    [TestCase("principal is Patient", false)]
    [TestCase("principal is Clinician in Hospital::\"st-mary\"", true)]
    [TestCase("principal is Patient in Hospital::\"st-mary\"", false)]
    public void Scope_limits_the_principal(string scope, bool allowed) =>
        Assert.That(Decide($"permit ({scope}, action, resource);").Allowed, Is.EqualTo(allowed));

    [TestCase("action == Action::\"read\"", true)]
    [TestCase("action in [Action::\"write\", Action::\"read\"]", true)]
    [TestCase("action in Action::\"write\"", false)]
    [TestCase("action in []", false)]
    public void Scope_limits_the_action(string scope, bool allowed) =>
        Assert.That(Decide($"permit (principal, {scope}, resource);").Allowed, Is.EqualTo(allowed));

    [Test]
    public void Unsatisfied_scope_is_no_error_whatever_the_conditions()
    {
        Decision decision = Decide("permit (principal == A::\"b\", action, resource) when { 1 + \"\" };");
        Assert.That(decision.Errors, Is.Empty);
    }

    [Test]
    public void Decision_beyond_its_steps_fails_instead_of_running_on()
    {
        string condition = string.Join(" && ", Enumerable.Repeat("true", 100));
        PolicySet set = Text.Compile($"permit (principal, action, resource) when {{ {condition} }};");
        var vm = new ContractVm(new ContractVmOptions { MaxSteps = 50 });
        Decision decision = vm.Decide(set, Text.Request, Text.Entities);
        Assert.That(decision.Allowed, Is.False);
        Assert.That(decision.Errors[0].Message, Does.Contain("more steps"));
    }

    [Test]
    public void Purpose_is_a_tree_that_the_caller_brings()
    {
        PolicySet set = Text.Compile("permit (principal, action, resource) when { context.purpose in Purpose::\"HRESCH\" };");
        EntityStore purposes = new EntityStoreBuilder()
            .Add(new EntityUid("Purpose", "CLINTRCH"), parents: [new EntityUid("Purpose", "HRESCH")])
            .Build();
        var request = new AuthorizationRequest(
            Text.Request.Principal, Text.Request.Action, Text.Request.Resource,
            new RecordValue([new("purpose", new EntityValue(new EntityUid("Purpose", "CLINTRCH")))]));
        Assert.That(new ContractVm().Decide(set, request, purposes).Allowed, Is.True);
        Assert.That(new ContractVm().Decide(set, request, EntityStore.Empty).Allowed, Is.False);
    }

    private static Decision Decide(string policies) => new ContractVm().Decide(Text.Compile(policies), Text.Request, Text.Entities);
}
