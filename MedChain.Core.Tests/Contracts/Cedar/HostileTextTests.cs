using System.Text;
using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>No text and no bytes make the parsers or the evaluator throw. Set CsCheck_Iter for more cases.</summary>
[TestFixture]
public sealed class HostileTextTests
{
    private const string Policies = """
        @id("a") @consume("grant.uses") permit (principal is Clinician in Role::"r", action in [Action::"read", Action::"w"], resource)
        when { resource.patient == Patient::"p\u{41}" && context has inner.deep && context.now < datetime("2027-07-01T00:00:00Z")
               && [1, -2, {"a b": 3 * 4}].containsAny([principal.level]) && "x" like "a\**" && !(ip("::1").isInRange(ip("::/0"))) }
        unless { if principal.hasTag("t") then decimal("1.5").lessThan(decimal("2.0")) else duration("1d2h").toDays() >= 1 };
        """;

    private const string Schema = """
        namespace H { type T = { a: Set<Long>, "b c"?: decimal }; entity U, V in [U] = T tags String; entity E enum ["x", "y"];
        @doc("d") action read, "w r" in [all] appliesTo { principal: [U], resource: V, context: { t: T, e: E } }; action all; }
        """;

    /// <summary>A schema under which the policies above have types, so that the validator goes far into them.</summary>
    private const string FittingSchema = """
        entity Role; entity Patient; entity Clinician in Role { level: Long } tags String; entity Record { patient: Patient };
        action read, w appliesTo { principal: Clinician, resource: Record, context: { inner?: { deep?: Long }, now: datetime } };
        """;

    private const string JsonSchema = """
        {"N": {"commonTypes": {"T": {"type": "Set", "element": {"type": "Long"}}},
         "entityTypes": {"E": {"enum": ["x"]}, "A": {"memberOfTypes": ["A"], "shape": {"type": "Record",
           "attributes": {"t": {"type": "T", "required": false}, "d": {"type": "Extension", "name": "decimal"}}}}},
         "actions": {"s": {}, "r": {"memberOf": [{"id": "s"}], "appliesTo": {"principalTypes": ["A"], "resourceTypes": [],
           "context": {"type": "Record", "attributes": {}}}}}}}
        """;

    private const string Entities = """
        [{"uid": {"type": "A", "id": "x"},
          "attrs": {"a": [1, {"__extn": {"fn": "ip", "arg": "::1"}}], "b": {"__entity": {"type": "A", "id": "y"}}},
          "parents": [{"type": "A", "id": "y"}], "tags": {"t": "v"}}, {"uid": {"type": "A", "id": "y"}, "attrs": {}, "parents": []}]
        """;

    private static readonly CedarSchema Fitting =
        CedarSchema.TryParse(FittingSchema, out CedarSchema? schema, out _) ? schema : throw new InvalidOperationException("No schema.");

    /// <summary>Up to six edits: a piece removed, doubled, or replaced by one that means something to the language.</summary>
    private static Gen<string> Mutations(string text, params string[] pieces) => Gen
        .Select(Gen.Int[0, text.Length], Gen.Int[0, 12], Gen.Int[0, pieces.Length - 1])
        .Array[1, 6]
        .Select(edits =>
        {
            var output = new StringBuilder(text);
            foreach ((int place, int length, int piece) in edits)
            {
                int at = Math.Min(place, output.Length);
                int removed = Math.Min(length, output.Length - at);
                output.Remove(at, removed).Insert(at, pieces[piece]);
            }

            return output.ToString();
        });

    private static readonly string[] Pieces =
    [
        "", "(", ")", "{", "}", "[", "]", "\"", "\\", "\\u{", "'", "::", ".", "?principal", "?x", "@", "*", "-", "!", "!!!!",
        "-9223372036854775808", "if ", " in ", " has ", " like ", " is ", "&&", "||", "==", "__cedar", "\0", "\ud800", "\udfff",
        "é", "😀", ";", "//", "\n", "\r", "context",
        ".contains(", ".getTag(", "99999999999999999999", "{a: {a: {a: 1}}}",
    ];

    [Test]
    public void Mutated_policies_compile_or_give_errors_and_never_throw() => Mutations(Policies, Pieces).Sample(text =>
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(text);
        if (compilation.Succeeded)
        {
            new ContractVm().Decide(compilation.Policies, Text.Request, Text.Entities);
            compilation.Policies.Compile(Fitting, out _);
            MedicalProfile.Check(compilation.Policies, Text.Request.Resource);
        }

        return compilation.Succeeded == compilation.Errors.IsEmpty
            && compilation.Errors.All(error => error.Line >= 1 && error.Column >= 1 && error.Message.Length > 0);
    });

    [Test]
    public void Any_text_compiles_or_gives_errors() =>
        Gen.String.Sample(text => ContractVm.CompilePolicies(text) is { } result && result.Succeeded == result.Errors.IsEmpty);

    [Test]
    public void Mutated_schemas_parse_or_give_an_error() => Mutations(
        Schema, [.. Pieces, "Set<", ">", "T", "entity ", "namespace X {", "enum", "tags"])
        .Sample(text => CedarSchema.TryParse(text, out _, out PolicyError? error) == (error is null));

    [Test]
    public void Mutated_json_schemas_parse_or_give_an_error() => Mutations(
        JsonSchema, [.. Pieces, "null", "1", "\"\\ud800\"", "[", "]", ","])
        .Sample(text => CedarSchema.TryParseJson(Text.Utf8(text), out _, out PolicyError? error) == (error is null));

    [Test]
    public void Mutated_entities_are_read_or_refused() => Mutations(
        Entities, [.. Pieces, "null", "1.5", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "[", "]", ","])
        .Sample(text => EntityStore.TryReadJson(Text.Utf8(text), out _, out string? reason) == (reason is null));

    [Test]
    public void Any_bytes_are_entities_or_refused() =>
        Gen.Byte.Array[0, 200].Sample(bytes => EntityStore.TryReadJson(bytes, out _, out string? reason) == (reason is null));

    [Test]
    public void Deep_json_is_refused()
    {
        string nested = new string('[', 5000) + new string(']', 5000);
        string text = $"[{{\"uid\": {{\"type\": \"A\", \"id\": \"x\"}}, \"attrs\": {{\"a\": {nested}}}, \"parents\": []}}]";
        Assert.That(EntityStore.TryReadJson(Text.Utf8(text), out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("depth"));
    }

    /// <summary>A stack of half a megabyte is less than any platform gives a thread.</summary>
    [TestCase("!!!!(", "true", ")")]
    [TestCase("1 + (", "1", ")")]
    [TestCase("[", "1", "].contains(1)")]
    [TestCase("{a: ", "1", "}.a")]
    [TestCase("if true then ", "true", " else false")]
    [TestCase("ip(", "\"::\"", ")")]
    [TestCase("true && (true || (", "true", "))")]
    [TestCase("context has a && context.a.a.a like (", "1", ")")]
    public void Deepest_expression_that_is_accepted_fits_a_small_stack(string opening, string core, string closing)
    {
        var options = new ContractVmOptions { MaxNesting = ContractVmOptions.LargestMaxNesting };
        var thread = new Thread(
            () =>
            {
                for (int depth = 1; depth <= ContractVmOptions.LargestMaxNesting; depth++)
                {
                    string condition = string.Concat(
                        [.. Enumerable.Repeat(opening, depth), core, .. Enumerable.Repeat(closing, depth)]);
                    string policy = $"permit (principal, action, resource) when {{ {condition} }};";
                    if (ContractVm.CompilePolicies(policy, options).Policies is { } policies)
                    {
                        new ContractVm().Decide(policies, Text.Request, Text.Entities);
                        policies.Compile(Fitting, out _);
                    }
                }
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True);
    }

    [Test]
    public void Printed_expression_reads_back_as_the_same_tree() => Expressions(4).Sample(text =>
    {
        Expression first = Text.Parse(text);
        string printed = ExpressionPrinter.Print(first);
        Expression second = Text.Parse(printed);
        return ExpressionPrinter.Print(second) == printed && ValueOf(first) == ValueOf(second);
    });

    private static string ValueOf(Expression expression) =>
        new Evaluator(Text.Request, Text.Entities, ContractVmOptions.DefaultMaxSteps).Evaluate(expression)?.ToString() ?? "error";

    private static Gen<string> Expressions(int depth)
    {
        Gen<string> words = Gen.OneOf(
            "true", "false", "0", "-9223372036854775808", "\"a\\n\\u{1F600}*\"", "principal", "action", "resource", "context", "[]", "{}",
            "User::\"\\\"x\\\"\"", "A::B::\"\"", "decimal(\"1.5\")", "ip(\"::1\")", "datetime(\"2024-01-01\")", "duration(\"1h\")");
        if (depth == 0)
        {
            return words;
        }

        Gen<string> part = Expressions(depth - 1);
        Gen<string> pairs = Gen.Select(part, part, Gen.OneOf(
            "({0}) && ({1}) && ({0})", "({0}) || ({1})", "({0}) + ({1}) - ({0})", "({0}) * ({1})", "({0}) == ({1})", "({0}) != ({1})",
            "({0}) < ({1})", "({0}) <= ({1})", "({0}) > ({1})", "({0}) >= ({1})", "({0}) in ({1})", "({0}) is A::B in ({1})",
            "({0}).contains({1})", "({0}).containsAll({1})", "({0}).containsAny({1})", "({0}).getTag({1})", "({0}).hasTag({1})",
            "({0}).offset({1})", "[{0}, {1}]", "{{a: {0}, \"b c\": {1}}}", "if {0} then {1} else {0}"),
            (left, right, format) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, left, right));
        Gen<string> singles = Gen.Select(part, Gen.OneOf(
            "!({0})", "-({0})", "--({0})", "({0}).level", "({0})[\"if\"]", "({0}) has level", "({0}) has \"a b\"", "({0}) has inner.deep",
            "({0}) like \"\"", "({0}) like \"a*\\*\\\"*\"", "({0}) is Clinician", "({0}).isEmpty()", "({0}).toDate()"),
            (inner, format) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, inner));
        return Gen.OneOf(words, pairs, pairs, singles);
    }
}
