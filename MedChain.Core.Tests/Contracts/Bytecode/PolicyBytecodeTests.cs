using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Schemas;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>Decisions by bytecode, each checked against the reference evaluator.</summary>
[TestFixture]
public sealed class PolicyBytecodeTests
{
    private const string SchemaText = """
        entity Group in [Group];
        entity User in [Group] { age: Long, born?: datetime } tags String;
        entity File in [Group] { owner: User, labels: Set<String>, size?: Long };
        type Request = { n: Long, text: String, when: datetime, more?: { level: Long } };
        action read, write appliesTo { principal: User, resource: File, context: Request };
        """;

    private static readonly ContractVm Vm = new(new ContractVmOptions { DoubleCheck = true });
    private static readonly EntityUid Alice = new("User", "alice");
    private static readonly EntityUid File = new("File", "f");
    private static readonly EntityUid Read = new("Action", "read");

    private static readonly EntityStore Store = new EntityStoreBuilder()
        .Add(Alice, Fields(("age", new LongValue(30))), [new("Group", "staff")], Fields(("tag", new StringValue("yes"))))
        .Add(
            File, Fields(("owner", new EntityValue(Alice)), ("labels", new SetValue([new StringValue("PSY")]))),
            [new("Group", "clinical")])
        .Build();

    [TestCase("principal in Group::\"staff\" && resource in Group::\"clinical\"", true)]
    [TestCase("principal.age * 2 - 1 == 59 && -principal.age < 0", true)]
    [TestCase("resource.owner == principal && resource.owner.age >= context.n", true)]
    [TestCase("principal.hasTag(\"tag\") && principal.getTag(\"tag\") like \"y*\"", true)]
    [TestCase("resource.labels.contains(context.text)", false)]
    [TestCase("resource.labels.containsAll([\"PSY\"]) && !resource.labels.isEmpty()", true)]
    [TestCase("[context.n, 5, 6].contains(7) || {a: context.n}.a == 7", true)]
    [TestCase("if resource has size then resource.size > 3 else context has more.level", false)]
    [TestCase("context.when.toDate() == datetime(\"2026-05-01\") && context.when.toTime().toHours() == 12", true)]
    [TestCase("action in [Action::\"write\", Action::\"read\"] && principal is User", true)]
    public void Condition_holds_or_not(string condition, bool expected) =>
        Assert.That(Decide($"permit (principal, action, resource) when {{ {condition} }};").Allowed, Is.EqualTo(expected));

    [TestCase("context.n + 9223372036854775807 > 0", "the result is outside")]
    [TestCase("resource.owner.age > 1 && User::\"unknown\".age > 1", "is unknown")]
    public void Failing_policy_has_the_message_of_the_reference_evaluator(string condition, string expected)
    {
        Decision decision = Decide($"@id(\"broken\") forbid (principal, action, resource) when {{ {condition} }};");
        Assert.That(decision.Errors, Has.Length.EqualTo(1));
        Assert.That(decision.Errors[0].Message, Does.Contain(expected).And.StartWith("1:"));
    }

    [Test]
    public void Request_that_does_not_fit_the_schema_is_decided_by_the_reference_evaluator()
    {
        PolicySet set = Compile("permit (principal, action, resource) when { context.n == 7 };");
        var strange = new AuthorizationRequest(Alice, Read, File, Fields(("n", new StringValue("seven"))));
        Decision decision = Vm.Decide(set, strange, Store);
        Assert.That((decision.Allowed, decision.Gas), Is.EqualTo((false, 0L)));
    }

    [Test]
    public void Action_that_the_schema_does_not_group_may_be_grouped_by_entities()
    {
        // By the schema "read" is in no group, so the scope of the first policy holds for "write" alone.
        const string Grouped = "permit (principal, action in Action::\"write\", resource);";
        EntityStore entities = new EntityStoreBuilder().Add(Read, parents: [new EntityUid("Action", "write")]).Build();
        Assert.That(Vm.Decide(Compile(Grouped), Request(), Store).Allowed, Is.False);
        Assert.That(Vm.Decide(Compile(Grouped), Request(), entities).Allowed, Is.True);
    }

    [Test]
    public void Gas_is_known_before_and_its_lack_fails_the_policy()
    {
        PolicySet set = Compile("permit (principal, action, resource) when { principal.age > 3 };");
        Decision decision = Vm.Decide(set, Request(), Store);
        Assert.That(decision.Gas, Is.Positive.And.LessThanOrEqualTo(set.MaxGas!.Value));

        var options = new ContractVmOptions { MaxGas = decision.Gas - 1, DoubleCheck = true };
        Decision poor = new ContractVm(options).Decide(set, Request(), Store);
        Assert.That(poor.Allowed, Is.False);
        Assert.That(poor.Errors.Single().Message, Does.Contain("gas"));
        Assert.That(poor.Gas, Is.EqualTo(decision.Gas - 1));
    }

    [Test]
    public void Large_set_names_the_same_reasons_in_the_same_order()
    {
        string[] scopes = ["principal", "principal == User::\"bob\"", "principal in Group::\"staff\"", "principal == User::\"alice\""];
        string[] resources = ["resource in Group::\"clinical\"", "resource", "resource == File::\"g\""];
        IEnumerable<string> policies = Enumerable.Range(0, 100).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"permit ({scopes[i % 4]}, action, {resources[i % 3]}) when {{ context.n < {8 + (i % 5)} }};"));
        Decision decision = Decide(string.Join('\n', policies));
        Assert.That(decision.Reasons, Is.Not.Empty);
        Assert.That(decision.Reasons, Does.Contain("policy0").And.Not.Contain("policy5"));
    }

    [Test]
    public void Warm_decision_allocates_nothing()
    {
        PolicySet set = Compile(
            "permit (principal in Group::\"staff\", action, resource) when { context.n == 7 && resource.owner == principal };");
        AuthorizationRequest request = Request();
        var vm = new ContractVm();
        for (int i = 0; i < 100; i++)
        {
            vm.Decide(set, request, Store);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            vm.Decide(set, request, Store);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
    }

    private static Decision Decide(string text)
    {
        Decision decision = Vm.Decide(Compile(text), Request(), Store);
        Assert.That(decision.Gas, Is.Positive, "bytecode decided");
        return decision;
    }

    private static AuthorizationRequest Request() => new(Alice, Read, File, Fields(
        ("n", new LongValue(7)), ("text", new StringValue("hello")), ("when", new DateTimeValue(1_777_636_800_000))));

    private static PolicySet Compile(string text, bool valid = true)
    {
        Assert.That(CedarSchema.TryParse(SchemaText, out CedarSchema? schema, out PolicyError? error), Is.True, error?.ToString());
        PolicySet? set = ContractVm.CompilePolicies(text).Policies!.Compile(schema!, out ImmutableArray<PolicyError> errors);
        Assert.That(set is not null, Is.EqualTo(valid), string.Join(' ', errors));
        return set!;
    }

    private static RecordValue Fields(params (string Name, CedarValue Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
