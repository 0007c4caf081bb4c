using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Hostile texts cost in proportion to their length. Work is counted, not timed: the bytes that the one thread allocates, which
/// every token, node, type and message needs some of, at a size, twice and four times that size.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LinearTextTests
{
    /// <summary>Doubling a text may double its work, and lists grow in steps of two on top of that.</summary>
    private const double MostForDouble = 2.6;

    private static readonly string[] Texts =
    [
        "( ( ( ", ") ", "\"", "\"a\" ", "\"\\u{41}", "\"\\u{", "!", "- ", "{a: ", "[ ", "[1, ", "a.", "// comment\n", "\n", "\0",
        "é", "@a(\"x\") ", "@",
        "permit (principal, action, resource);", "permit (", "permit ; ", "permit (principal, action, resource) when { 1 };",
        "if true then ",
        "::", "A::", "999999999999999999999 ", "?x ", "&& ", "like \"*\" ", "\ud800",
    ];

    private static readonly string[] Conditions =
    [
        "true && ", "false || ", "1 + ", "2 * ", "context has a && ", "context.a == 1 && ", "\"a\" like \"*a*\" && ", "[1, 2] == [3] || ",
        "context has a.b.c && context.a.b.c && ", "principal in Role::\"r\" || ", "principal is Clinician && ", "{a: 1} == {a: 1} && ",
        "(if true then true else false) && ", "ip(\"::1\").isLoopback() && ", "!true || ", "principal == resource || ",
    ];

    [Test]
    public void Text_of_one_piece_costs_in_proportion([ValueSource(nameof(Texts))] string piece) => AssertLinear(piece, count =>
    {
        string text = string.Concat(Enumerable.Repeat(piece, count));
        return () => ContractVm.CompilePolicies(text);
    });

    [Test]
    public void Condition_costs_in_proportion_to_parse_and_validate([ValueSource(nameof(Conditions))] string piece) => AssertLinear(
        piece,
        count =>
        {
            bool isSum = piece is "1 + " or "2 * ";
            string condition = string.Concat(Enumerable.Repeat(piece, count)) + (isSum ? "1 > 0" : "true");
            string text = $"permit (principal, action, resource) when {{ {condition} }};";
            return () =>
            {
                PolicyCompilation compilation = ContractVm.CompilePolicies(text);
                if (compilation.Succeeded)
                {
                    MedicalSchema.Default.Validate(compilation.Policies);
                }
            };
        });

    [Test]
    public void Schema_of_one_piece_costs_in_proportion(
        [Values("entity A;", "type T = ", "namespace N {", "{a: ", "Set<", "action a;", "\"", "entity E enum [", "@d ", "] ")]
        string piece) =>
        AssertLinear(piece, count =>
        {
            string text = string.Concat(Enumerable.Repeat(piece, count));
            return () => _ = CedarSchema.TryParse(text, out CedarSchema? schema, out _) ? schema : null;
        });

    [Test]
    public void Json_of_one_piece_costs_in_proportion(
        [Values("[", "{\"a\":", "{\"&&\":{\"left\":", "1,", "\"", "{\"Value\":[")] string piece) =>
        AssertLinear(piece, count =>
        {
            byte[] json = Text.Utf8(string.Concat(Enumerable.Repeat(piece, count)));
            return () => ContractVm.CompilePoliciesJson(json);
        });

    private static void AssertLinear(string piece, Func<int, Action> prepare)
    {
        int count = Math.Max(1, 12_000 / piece.Length);
        long[] work = [.. new[] { 1, 2, 4 }.Select(times => WorkOf(prepare(count * times)))];
        long constant = WorkOf(prepare(1));
        Assert.That(work[1] - constant, Is.LessThanOrEqualTo((long)(MostForDouble * Math.Max(work[0], 4_096))), "twice the text");
        Assert.That(work[2] - constant, Is.LessThanOrEqualTo((long)(MostForDouble * Math.Max(work[1], 8_192))), "four times the text");
    }

    private static long WorkOf(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
