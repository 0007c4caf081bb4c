using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>What expressions mean (Cedar language, semantics of operators and functions).</summary>
[TestFixture]
public sealed class ExpressionTests
{
    [TestCase("1 + 2 * 3", "7")]
    [TestCase("(1 + 2) * 3", "9")]
    [TestCase("10 - 3 - 2", "5")]
    [TestCase("-9223372036854775808", "-9223372036854775808")]
    [TestCase("-(5)", "-5")]
    [TestCase("--5", "5")]
    [TestCase("2 * -3", "-6")]
    [TestCase("9223372036854775807 + 1", "error")]
    [TestCase("-9223372036854775808 - 1", "error")]
    [TestCase("4611686018427387904 * 2", "error")]
    [TestCase("--9223372036854775808", "error")]
    [TestCase("1 + \"1\"", "error")]
    [TestCase("1 < 2", "true")]
    [TestCase("2 <= 1", "false")]
    [TestCase("2 > 1", "true")]
    [TestCase("1 >= 2", "false")]
    [TestCase("\"a\" < \"b\"", "error")]
    public void Numbers_are_checked_64_bit_integers(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("true && false", "false")]
    [TestCase("false && 1", "false")]
    [TestCase("true && 1", "error")]
    [TestCase("1 && false", "error")]
    [TestCase("true || 1", "true")]
    [TestCase("false || 1", "error")]
    [TestCase("false || true && false", "false")]
    [TestCase("!!true", "true")]
    [TestCase("!1", "error")]
    [TestCase("if true then 1 else 1 + \"\"", "1")]
    [TestCase("if 1 then 1 else 2", "error")]
    [TestCase("if false then 1 else if true then 2 else 3", "2")]
    public void Logic_evaluates_only_what_settles_it(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("1 == true", "false")]
    [TestCase("1 != \"1\"", "true")]
    [TestCase("[1, 2, 2] == [2, 1]", "true")]
    [TestCase("{a: 1, b: [2]} == {b: [2, 2], a: 1}", "true")]
    [TestCase("{a: 1} == {a: 1, b: 2}", "false")]
    [TestCase("User::\"a\" == User::\"a\"", "true")]
    [TestCase("User::\"a\" == A::User::\"a\"", "false")]
    [TestCase("ip(\"127.0.0.1\") == ip(\"127.0.0.1/32\")", "true")]
    [TestCase("decimal(\"1.0\") == decimal(\"1.0000\")", "true")]
    [TestCase("duration(\"1d\") == duration(\"24h\")", "true")]
    [TestCase("datetime(\"2024-01-01\") == datetime(\"2024-01-01T01:00:00+0100\")", "true")]
    public void Equality_is_by_value_and_never_fails(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("[1, [2], \"x\"].contains([2])", "true")]
    [TestCase("[].contains(1)", "false")]
    [TestCase("[1, 2, 3].containsAll([3, 1])", "true")]
    [TestCase("[1, 2, 3].containsAll([])", "true")]
    [TestCase("[1, 2].containsAny([2, 9])", "true")]
    [TestCase("[1, 2].containsAny([])", "false")]
    [TestCase("[1].containsAll(1)", "error")]
    [TestCase("1.contains(1)", "error")]
    [TestCase("[].isEmpty()", "true")]
    [TestCase("[1].isEmpty()", "false")]
    [TestCase("\"\".isEmpty()", "error")]
    [TestCase("[1 + \"\"].contains(2)", "error")]
    public void Sets_have_members(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("\"dr-who\" like \"dr-*\"", "true")]
    [TestCase("\"dr\" like \"dr-*\"", "false")]
    [TestCase("\"a*c\" like \"a\\*c\"", "true")]
    [TestCase("\"abc\" like \"a\\*c\"", "false")]
    [TestCase("\"aab\" like \"a*ab\"", "true")]
    [TestCase("\"ab\" like \"a*ab\"", "false")]
    [TestCase("\"abcbc\" like \"*bc\"", "true")]
    [TestCase("\"xaxbx\" like \"*a*b*\"", "true")]
    [TestCase("\"\" like \"**\"", "true")]
    [TestCase("\"\" like \"\"", "true")]
    [TestCase("1 like \"*\"", "error")]
    public void Like_matches_the_whole_text_with_wildcards(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("principal in Hospital::\"st-mary\"", "true")]
    [TestCase("principal in Group::\"all\"", "true")]
    [TestCase("principal in principal", "true")]
    [TestCase("Nobody::\"x\" in Nobody::\"x\"", "true")]
    [TestCase("Nobody::\"x\" in Group::\"all\"", "false")]
    [TestCase("principal in [Hospital::\"north\", Group::\"all\"]", "true")]
    [TestCase("principal in []", "false")]
    [TestCase("principal in [principal, 1]", "error")]
    [TestCase("principal in 1", "error")]
    [TestCase("1 in principal", "error")]
    [TestCase("principal is Clinician", "true")]
    [TestCase("principal is Hospital", "false")]
    [TestCase("principal is Clinician in Group::\"all\"", "true")]
    [TestCase("principal is Hospital in 1", "false")]
    [TestCase("principal is Clinician in 1", "error")]
    [TestCase("1 is Clinician", "error")]
    public void Entities_are_in_what_they_are_below(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("principal.level", "3")]
    [TestCase("principal[\"name\"]", "\"Ada\"")]
    [TestCase("principal.nothing", "error")]
    [TestCase("Nobody::\"x\".level", "error")]
    [TestCase("context.inner.deep", "1")]
    [TestCase("context.nothing", "error")]
    [TestCase("1 .level", "error")]
    [TestCase("{\"a b\": 1}[\"a b\"]", "1")]
    [TestCase("principal has level", "true")]
    [TestCase("principal has \"no such\"", "false")]
    [TestCase("Nobody::\"x\" has level", "false")]
    [TestCase("1 has level", "error")]
    [TestCase("context has inner.deep", "true")]
    [TestCase("context has inner.none", "false")]
    [TestCase("context has none.deep", "false")]
    [TestCase("context has inner.deep.more", "error")]
    [TestCase("resource has patient.name", "false")]
    public void Attributes_are_read_and_tested(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [TestCase("principal.hasTag(\"ward\")", "true")]
    [TestCase("principal.getTag(\"ward\")", "\"7b\"")]
    [TestCase("principal.hasTag(\"bed\")", "false")]
    [TestCase("principal.getTag(\"bed\")", "error")]
    [TestCase("Nobody::\"x\".hasTag(\"ward\")", "false")]
    [TestCase("principal.hasTag(1)", "error")]
    [TestCase("context.hasTag(\"ward\")", "error")]
    public void Tags_are_read_and_tested(string text, string value) => Assert.That(Text.Value(text), Is.EqualTo(value));

    [Test]
    public void Failure_says_place_and_reason() =>
        Assert.That(Text.Failure("true &&\n  principal.salary > 3"), Is.EqualTo("2:3: the entity has no attribute \"salary\""));

    [Test]
    public void Failure_of_a_call_says_what_the_function_takes() => Assert.That(
        Text.Failure("decimal(\"1\").lessThan(decimal(\"2.0\"))"),
        Is.EqualTo("1:1: decimal(\"1\") is no decimal; it takes a number with one to four digits after the point, such as 1.25, "
            + "within the range of the type"));
}
