using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Validation;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Which policies fit a schema (strict mode).</summary>
[TestFixture]
public sealed class PolicyValidatorTests
{
    private const string Schema = """
        entity Role, Org;
        entity Clinician in [Role, Org] = { level: Long, since?: datetime, boss?: Clinician, inner: { a: Long, b?: { c?: Bool } } }
          tags String;
        entity Category in [Category];
        entity Patient;
        entity Purpose enum ["TREAT", "HRESCH"];
        entity Record in [Category] = { patient: Patient, labels: Set<String>, score: decimal };
        action all;
        action read in [all] appliesTo { principal: [Clinician], resource: [Record],
          context: { now: datetime, purpose: Purpose, reason?: String } };
        action browse appliesTo { principal: Clinician, resource: Category };
        """;

    private static readonly PolicyValidator Validator = Make();

    [TestCase("principal.level > 3 && resource.labels.contains(\"PSY\")")]
    [TestCase("principal has since && principal.since < context.now")]
    [TestCase("principal has boss && principal.boss has boss && principal.boss.boss.level == 1")]
    [TestCase("principal has inner.b.c && principal.inner.b.c")]
    [TestCase("context has reason && context.reason like \"a*\"")]
    [TestCase("principal.hasTag(\"ward\") && principal.getTag(\"ward\") == \"7b\"")]
    [TestCase("if principal has since then principal.since < context.now else false")]
    [TestCase("(principal has since && true) || (principal has since && false) || true")]
    [TestCase("(principal has since || principal has since) && principal.since < context.now")]
    [TestCase("false && 1 + \"\" == principal.nothing")]
    [TestCase("true || principal.nothing")]
    [TestCase("if true then true else principal.nothing")]
    [TestCase("principal == resource || context.now.offset(duration(\"1d\")) > datetime(\"2024-01-01\")")]
    [TestCase("resource.score.lessThan(decimal(\"1.5\"))")]
    [TestCase("context.purpose == Purpose::\"TREAT\"")]
    [TestCase("principal in Role::\"r\" && action in Action::\"all\" && principal is Clinician in Org::\"o\"")]
    [TestCase("1 == \"a\" || [principal.level, 2].containsAll([3])")]
    [TestCase("{a: 1, b: principal}.b.level == 1")]
    [TestCase("principal has nothing")]
    [TestCase("principal is Patient && principal.nothing")]
    [TestCase("action == Action::\"browse\" && principal.nothing")]
    public void Condition_fits_the_schema(string condition) => Assert.That(Check(Read(condition)), Is.Empty);

    [TestCase("principal.nothing == 1", 0, "no attribute \"nothing\"")]
    [TestCase("principal.since < context.now", 0, "test with 'has'")]
    [TestCase("(principal has since || true == (principal.level == 1)) && principal.since < context.now", 59, "test with 'has'")]
    [TestCase("!(principal has since) && principal.since < context.now", 26, "test with 'has'")]
    [TestCase("principal.getTag(\"ward\") == \"7b\"", 0, "test with 'hasTag'")]
    [TestCase("principal.hasTag(\"ward\") && principal.getTag(\"bed\") == \"7b\"", 28, "test with 'hasTag'")]
    [TestCase("resource.getTag(\"ward\") == \"7b\"", 0, "no tags")]
    [TestCase("principal.level", 0, "A Bool is needed")]
    [TestCase("principal.level + \"1\" == 2", 18, "A Long is needed")]
    [TestCase("principal.level == \"1\"", 0, "never equal")]
    [TestCase("resource.labels.contains(1)", 0, "never equal")]
    [TestCase("[1, \"a\"].contains(1)", 4, "one type")]
    [TestCase("[principal, resource].contains(principal)", 12, "one type")]
    [TestCase("[].contains(1)", 0, "element type")]
    [TestCase("(if principal.level == 1 then 1 else \"a\") == 1", 1, "one type")]
    [TestCase("decimal(\"x\") == resource.score", 0, "no decimal")]
    [TestCase("ip(if principal.level == 1 then \"::1\" else \"::\").isIpv4()", 0, "text in quotes")]
    [TestCase("resource.score.lessThan(1)", 24, "takes a decimal")]
    [TestCase("resource.score.lessThan()", 15, "number of arguments")]
    [TestCase("principal.level < context.now", 0, "no order")]
    [TestCase("principal in \"x\"", 0, "'in' compares")]
    [TestCase("principal == Nobody::\"x\"", 13, "no entity type Nobody")]
    [TestCase("false && principal == Nobody::\"x\"", 22, "no entity type Nobody")]
    [TestCase("principal is Nobody", 0, "no entity type Nobody")]
    [TestCase("action == Action::\"write\"", 10, "no action")]
    [TestCase("context.purpose == Purpose::\"FUN\"", 19, "no entity \"FUN\"")]
    public void Condition_breaks_the_schema(string condition, int offset, string reason)
    {
        PolicyError error = Check(Read(condition)).Single();
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Column, Is.EqualTo(Read("").IndexOf('}', StringComparison.Ordinal) + 1 + offset), error.Message);
    }

    [TestCase("principal is Clinician in Role::\"r\", action in [Action::\"read\", Action::\"browse\"], resource", true)]
    [TestCase("principal == ?principal, action, resource in ?resource", true)]
    [TestCase("principal in Role::\"r\", action in Action::\"all\", resource is Record in Category::\"c\"", true)]
    [TestCase("principal == Patient::\"p\", action, resource", false)]
    [TestCase("principal, action == Action::\"read\", resource is Category", false)]
    [TestCase("principal, action == Action::\"all\", resource", false)]
    [TestCase("principal, action in [], resource", false)]
    [TestCase("principal in Category::\"c\", action, resource", false)]
    [TestCase("principal is Nobody, action, resource", false)]
    public void Scope_must_fit_some_request_of_the_schema(string scope, bool fits) =>
        Assert.That(Check($"permit ({scope});").IsEmpty, Is.EqualTo(fits));

    [Test]
    public void Error_names_the_request_it_was_found_for() => Assert.That(
        Check("permit (principal, action, resource) when { context.now < datetime(\"2024-01-01\") };").Single().Message,
        Does.EndWith("(For Action::\"browse\" by Clinician on Category.)"));

    [Test]
    public void Each_policy_gives_its_first_error() =>
        Assert.That(
            Check(Read("principal.x") + "\n" + Read("true") + "\n" + Read("principal.y")).Select(error => error.Line),
            Is.EqualTo(new[] { 1, 3 }));

    private static string Read(string condition) => $"permit (principal, action == Action::\"read\", resource) when {{ {condition}}};";

    private static ImmutableArray<PolicyError> Check(string policies) => Validator.Check(Text.Compile(policies));

    private static PolicyValidator Make()
    {
        Assert.That(CedarSchema.TryParse(Schema, out CedarSchema? schema, out PolicyError? error), Is.True, error?.ToString());
        return new PolicyValidator(schema!);
    }
}
