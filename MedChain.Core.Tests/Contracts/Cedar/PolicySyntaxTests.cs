using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Which texts are policies, and what is said about those that are not.</summary>
[TestFixture]
public sealed class PolicySyntaxTests
{
    [Test]
    public void Policies_have_effect_annotations_and_text()
    {
        PolicySet set = Text.Compile("""
            // Who may read.
            @id("a") @audit("access; \u{e9}") @if
            permit (principal, action, resource);
            forbid (principal is Clinician in Hospital::"h", action in [Action::"r", N::Action::"w",], resource == Record::"1",)
              when { true } unless { false };
            """);
        Assert.That(set.Policies.Select(policy => policy.Id), Is.EqualTo(new[] { "a", "policy1" }));
        Assert.That(set.Policies.Select(policy => policy.Effect), Is.EqualTo(new[] { PolicyEffect.Permit, PolicyEffect.Forbid }));
        Assert.That(set.Policies[0].Annotations["audit"], Is.EqualTo("access; é"));
        Assert.That(set.Policies[0].Annotations["if"], Is.Empty);
        Assert.That(set.Policies[0].ToString(), Does.StartWith("@id(\"a\")").And.EndsWith("resource);"));
    }

    [Test]
    public void Hash_is_of_the_text()
    {
        const string Policy = "permit (principal, action, resource);";
        Assert.That(Text.Compile(Policy).Hash, Is.EqualTo(Core.Primitives.Digest.Of("permit (principal, action, resource);"u8)));
        Assert.That(Text.Compile(Policy + " ").Hash, Is.Not.EqualTo(Text.Compile(Policy).Hash));
    }

    [Test]
    public void Names_come_from_the_position_when_asked()
    {
        var options = new ContractVmOptions { Naming = PolicyNaming.Position };
        PolicyCompilation compilation = ContractVm.CompilePolicies("""@id("a") permit (principal, action, resource);""", options);
        Assert.That(compilation.Policies!.Policies[0].Id, Is.EqualTo("policy0"));
    }

    [Test]
    public void Two_policies_of_one_name_are_refused()
    {
        PolicyError error = Text.SyntaxError("""
            permit (principal, action, resource);
            @id("policy0") permit (principal, action, resource);
            """);
        Assert.That((error.Line, error.Column), Is.EqualTo((2, 1)));
        Assert.That(error.Message, Does.Contain("@id"));
    }

    [TestCase("allow (principal, action, resource);", 1, 1, "'permit' or 'forbid'")]
    [TestCase("permit (action, principal, resource);", 1, 9, "'principal'")]
    [TestCase("permit (principal, action, resource)", 1, 37, "the end of the text")]
    [TestCase("permit (principal = User::\"a\", action, resource);", 1, 19, "'=='")]
    [TestCase("permit (principal, action is Action, resource);", 1, 27, "no 'is'")]
    [TestCase("permit (principal, action == User::\"a\", resource);", 1, 30, "Action::")]
    [TestCase("permit (principal, action, resource in [A::\"b\"]);", 1, 40, "Type::\"id\"")]
    [TestCase("permit (principal, action, resource) if { true };", 1, 38, "'when {...}'")]
    [TestCase("permit (principal, action, resource) when { };", 1, 45, "expression")]
    [TestCase("@a @a permit (principal, action, resource);", 1, 5, "twice")]
    [TestCase("@a(1) permit (principal, action, resource);", 1, 4, "quotes")]
    [TestCase("permit (principal == ?resource, action, resource);", 1, 22, "?principal")]
    [TestCase("permit (principal, action == ?action, resource);", 1, 30, "slots")]
    [TestCase("permit (principal, action, resource) #", 1, 38, "'#'")]
    [TestCase("permit (principal == A::\"x, action", 1, 25, "no end")]
    [TestCase("permit (principal is __cedar::User, action, resource);", 1, 22, "reserved")]
    public void Policy_errors_say_where_and_what_to_write(string text, int line, int column, string advice) =>
        AssertError(text, line, column, advice);

    [TestCase("1 == 2 == 3", 7, "parentheses")]
    [TestCase("1 < 2 in 3", 6, "parentheses")]
    [TestCase("1 = 2", 2, "'=='")]
    [TestCase("4 / 2", 2, "no division")]
    [TestCase("4 % 2", 2, "no remainder")]
    [TestCase("!!!!!true", 0, "Cedar allows 4")]
    [TestCase("-----1", 0, "Cedar allows 4")]
    [TestCase("!-1", 1, "parentheses")]
    [TestCase("9223372036854775808", 0, "outside")]
    [TestCase("-(9223372036854775808)", 2, "outside")]
    [TestCase("99999999999999999999999", 0, "outside")]
    [TestCase("foo", 0, "no variable")]
    [TestCase("foo(1)", 0, "no function")]
    [TestCase("a::decimal(\"1.0\")", 0, "no function")]
    [TestCase("isInRange(1, 2)", 0, "is a method")]
    [TestCase("contains(1, 2)", 0, "is a method")]
    [TestCase("\"1.0\".decimal()", 6, "is a function")]
    [TestCase("context.foo(1)", 8, "no method")]
    [TestCase("[1].contains()", 4, "takes 1")]
    [TestCase("[1].isEmpty(1)", 4, "takes 0")]
    [TestCase("context.if", 8, "reserved")]
    [TestCase("{in: 1}", 1, "reserved")]
    [TestCase("{a: 1, a: 2}", 7, "twice")]
    [TestCase("context[1]", 8, "quotes")]
    [TestCase("context has 1", 12, "attribute")]
    [TestCase("context like principal", 13, "pattern")]
    [TestCase("if true then 1", 15, "'else'")]
    [TestCase("1 + if true then 1 else 2", 4, "reserved")]
    [TestCase("?principal == principal", 0, "slot")]
    [TestCase("(1)(2)", 3, "called")]
    [TestCase("\"\\q\"", 1, "escape")]
    [TestCase("\"\\x80\"", 1, "7F")]
    [TestCase("\"\\u{d800}\"", 1, "Unicode")]
    [TestCase("\"\\u{1234567}\"", 1, "Unicode")]
    [TestCase("\"\\u{}\"", 1, "Unicode")]
    [TestCase("\"a\\*\"", 2, "escape")]
    [TestCase("principal is", 13, "entity type")]
    [TestCase("A::{id: 1}", 3, "quotes")]
    public void Expression_errors_say_where_and_what_to_write(string expression, int offset, string advice)
    {
        const string Before = "permit (principal, action, resource) when { ";
        AssertError($"{Before}{expression} }};", 1, Before.Length + 1 + offset, advice);
    }

    [TestCase("\"\\n\\r\\t\\0\\\\\\'\\\"\"", "\n\r\t\0\\'\"")]
    [TestCase("\"\\x41\\u{1F600}\\u{e9}\\u{00_41}\"", "A😀éA")]
    [TestCase("\"a\nb\"", "a\nb")]
    public void Strings_have_escapes(string literal, string text) =>
        Assert.That(Text.Value(literal), Is.EqualTo(new StringValue(text).ToString()));

    [Test]
    public void Position_after_lines_inside_a_string_is_right() =>
        AssertError("permit (principal == A::\"x\n\\q\", action, resource);", 2, 1, "escape");

    [Test]
    public void Each_wrong_policy_is_reported()
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies("permit (;\nforbid (principal, action, resource);\npermit ();\n");
        Assert.That(compilation.Errors.Select(error => error.Line), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Nesting_up_to_the_limit_is_accepted_and_deeper_is_refused()
    {
        static string Nested(int depth) =>
            $"permit (principal, action, resource) when {{ {new string('(', depth)}true{new string(')', depth)} }};";
        Assert.That(ContractVm.CompilePolicies(Nested(ContractVmOptions.DefaultMaxNesting - 1)).Succeeded, Is.True);
        Assert.That(Text.SyntaxError(Nested(ContractVmOptions.DefaultMaxNesting)).Message, Does.Contain("nested deeper than 64"));
    }

    [TestCase("(")]
    [TestCase("[")]
    [TestCase("{a:")]
    [TestCase("if ")]
    [TestCase("if true then 1 else ")]
    [TestCase("ip(")]
    [TestCase("[1].contains(")]
    [TestCase("!(")]
    [TestCase("1 + (")]
    public void Hostile_nesting_is_an_error(string opening)
    {
        string text = "permit (principal, action, resource) when { " + string.Concat(Enumerable.Repeat(opening, 60_000 / opening.Length));
        Assert.That(Text.SyntaxError(text).Message, Does.Contain("nested deeper"));
    }

    [Test]
    public void Long_chain_of_attributes_is_an_error([Values("context", "context has a")] string start)
    {
        string text = $"permit (principal, action, resource) when {{ {start}{string.Concat(Enumerable.Repeat(".a", 30_000))} }};";
        Assert.That(Text.SyntaxError(text).Message, Does.Contain("nested deeper"));
    }

    [TestCase("true", " && true")]
    [TestCase("true", " || false")]
    [TestCase("0 == 0", " + 0")]
    [TestCase("0 == 0", " * 1")]
    [TestCase("0 == 0", " - 0")]
    public void Long_chain_of_operators_is_no_nesting(string start, string link) =>
        Assert.That(Text.Value(start + string.Concat(Enumerable.Repeat(link, 5000))), Is.EqualTo("true"));

    [Test]
    public void Text_above_the_limit_is_refused() => Assert.That(
        Text.SyntaxError(new string(' ', ContractVmOptions.DefaultMaxTextBytes + 1)).Message, Does.Contain("65536 bytes"));

    [Test]
    public void Text_limit_counts_bytes() => Assert.That(
        Text.SyntaxError("//" + new string('é', ContractVmOptions.DefaultMaxTextBytes / 2)).Message, Does.Contain("65536 bytes"));

    [Test]
    public void More_policies_than_the_limit_are_refused()
    {
        string policy = "permit (principal, action, resource);\n";
        Assert.That(ContractVm.CompilePolicies(string.Concat(Enumerable.Repeat(policy, 256))).Succeeded, Is.True);
        Assert.That(Text.SyntaxError(string.Concat(Enumerable.Repeat(policy, 257))).Line, Is.EqualTo(257));
    }

    [Test]
    public void Half_a_surrogate_pair_is_refused() => Assert.That(Text.SyntaxError("// \ud800").Message, Does.Contain("surrogate"));

    [Test]
    public void Template_decides_nothing_until_it_is_linked()
    {
        Policy template = Text.Compile("""permit (principal == ?principal, action, resource in ?resource) when { true };""").Policies[0];
        Assert.That(template.IsTemplate, Is.True);
        Assert.That(new ContractVm().Decide(Text.Compile(template.ToString()), Text.Request, Text.Entities).Allowed, Is.False);

        Assert.That(template.TryLink(Text.Request.Principal, Text.Request.Resource, out string? linked, out _), Is.True);
        Assert.That(linked, Is.EqualTo("""permit (principal == Clinician::"c-017", action, resource in Record::"r1") when { true };"""));
        Assert.That(new ContractVm().Decide(Text.Compile(linked!), Text.Request, Text.Entities).Allowed, Is.True);
    }

    [Test]
    public void Linking_needs_exactly_the_entities_of_the_slots()
    {
        Policy template = Text.Compile("permit (principal == ?principal, action, resource);").Policies[0];
        Assert.That(template.TryLink(null, null, out _, out string? missing), Is.False);
        Assert.That(missing, Does.Contain("?principal"));
        Assert.That(template.TryLink(Text.Request.Principal, Text.Request.Resource, out _, out string? superfluous), Is.False);
        Assert.That(superfluous, Does.Contain("?resource"));
    }

    [SuppressMessage("Assertion", "NUnit2045", Justification = "One description of one error.")]
    private static void AssertError(string text, int line, int column, string advice)
    {
        PolicyError error = Text.SyntaxError(text);
        Assert.That(error.Message, Does.Contain(advice));
        Assert.That((error.Line, error.Column), Is.EqualTo((line, column)), error.Message);
    }
}
