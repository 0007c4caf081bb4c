using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Programs;

[TestFixture]
public sealed class ContractErrorTests
{
    [TestCase("contract C { fn f() { x = 1; } }", "1:23", "There is no variable \"x\"")]
    [TestCase("contract C { state used: Long = 0; fn f() { usd += 1; } }", "1:45", "used")]
    [TestCase("contract C { state m: Map<Patient, Long>; fn f() { m = 1; } }", "1:52", "m[key]")]
    [TestCase("contract C { state n: Long = 0; fn f() { n[1] = 1; } }", "1:42", "no map")]
    [TestCase("contract C { state n: Long = \"x\"; }", "1:30", "is a Long and this is a String")]
    [TestCase("contract C { state n: Long = context.height; }", "1:30", "constant")]
    [TestCase("contract C { state m: Map<{ a: Long }, Long>; }", "1:14", "cannot be a key")]
    [TestCase("contract C { state aVariableWithTheNameOfMoreThanFortyLetters: Long; }", "1:14", "has 42 characters")]
    [TestCase("contract C { view fn f() { fail 5; } }", "1:33", "The message is a String, and this is a Long")]
    [TestCase("contract C { state n: Long = 0; view fn f() { n = 1; } }", "1:47", "is a view")]
    [TestCase("contract C { state n: Long = 0; fn g() { n = 1; } view fn f() { g(); } }", "1:65", "which may change state")]
    [TestCase("contract C { fn f(): Long { } }", "1:14", "not all ways")]
    [TestCase("contract C { fn f() { return; fail \"x\"; } }", "1:31", "never reached")]
    [TestCase("contract C { fn f(p: Patient) { if principal == p { } } }", "1:36", "requires principal is Type")]
    [TestCase("contract C { fn f() requires principal is Pateint { } }", "1:30", "Patient")]
    [TestCase("contract C { fn f(p: Pateint) { } }", "1:22", "Patient")]
    [TestCase("contract C { fn f(p: Set<Patient>) { } }", "1:19", "one by one")]
    [TestCase("contract C { fn f(p: Long) { p = 1; } }", "1:30", "is a parameter")]
    [TestCase("contract C { fn f() { let a = 1; let a = 2; } }", "1:34", "another \"a\"")]
    [TestCase("contract C { state a: Long = 1; fn f() { let a = 2; } }", "1:42", "another \"a\"")]
    [TestCase("contract C { fn f() { emit E(); } }", "1:23", "no event")]
    [TestCase("contract C { event E(a: Long); fn f() { emit E(); } }", "1:41", "has 1 values, not 0")]
    [TestCase("contract C { fn f() { g(); } }", "1:23", "no function \"g\"")]
    [TestCase("contract C { fn f() { Contract::\"x\".g(); } }", "1:37", "import fn")]
    [TestCase("contract C { fn g() { } fn f(): Long { return g(); } }", "1:47", "gives no value")]
    [TestCase("contract C { fn f() { } fn f() { } }", "1:25", "two members")]
    [TestCase("contract C { fn f() { 1 + 2; } }", "1:23", "does nothing with it")]
    [TestCase("contract C { fn state() { } }", "1:14", "word of the language")]
    [TestCase("contract C { fn f() { for k in m { } } }", "1:23", "no map")]
    [TestCase("contract C { fn f() { let x = 1 / 2; } }", "1:33", "no division")]
    [TestCase("contract C { fn f() { ", "1:23", "end of the text")]
    [TestCase("contract C { } contract D { }", "1:16", "one contract")]
    [TestCase("policy", "1:1", "Write 'contract' here")]
    public void Wrong_text_gets_the_place_and_what_to_do(string text, string place, string message)
    {
        ContractCompilation compilation = ContractVm.CompileContract(text, MedicalSchema.Default);

        Assert.That(compilation.Succeeded, Is.False);
        Assert.That(compilation.Error!.Message, Does.Contain(message));
        Assert.That($"{compilation.Error.Line}:{compilation.Error.Column}", Is.EqualTo(place));
    }

    [Test]
    public void Deep_nesting_is_an_error_and_no_stack_overflow()
    {
        foreach (string open in new[] { "if true { ", "while true { ", "if true { } else " })
        {
            string text = $"contract C {{ fn f() {{ {string.Concat(Enumerable.Repeat(open, 5_000))}";
            Assert.That(ContractVm.CompileContract(text, MedicalSchema.Default).Succeeded, Is.False);
        }
    }

    [Test]
    public void Mutated_text_is_code_or_an_error_and_never_an_exception() => Gen
        .Select(
            Gen.Int[0, StudyRegister.Text.Length - 1],
            Gen.Int[0, 12],
            Gen.String[Gen.Char["{}()[]<>;:=+-*!&|.,\"aA0 state if fn"], 0, 6])
        .Array[1, 4]
        .Sample(
            edits =>
            {
                string text = StudyRegister.Text;
                foreach ((int at, int length, string insert) in edits)
                {
                    int start = Math.Min(at, text.Length);
                    text = text[..start] + insert + text[Math.Min(text.Length, start + length)..];
                }

                ContractCompilation compilation = ContractVm.CompileContract(text, MedicalSchema.Default);
                return compilation.Succeeded != (compilation.Error is not null);
            },
            iter: 3_000);
}
