using MedChain.Core.Contracts;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>The canonical layout of policies.</summary>
[TestFixture]
public sealed class PolicyPrinterTests
{
    [TestCase("permit(principal,action,resource);", "permit (principal, action, resource);\n")]
    [TestCase("@a(\"\")@b(\"x\\\"\") forbid(principal is A in ?principal,action in [A::Action::\"x\",Action::\"y\"],resource==R::\"\");",
        "@a\n@b(\"x\\\"\")\nforbid (\n  principal is A in ?principal,\n"
        + "  action in [A::Action::\"x\", Action::\"y\"],\n  resource == R::\"\"\n);\n")]
    [TestCase("permit(principal,action in [],resource in R::\"a\")when{1+2*3-(4-5)==-6&&!true||a::b::\"c\"in[principal]};",
        "permit (\n  principal,\n  action in [],\n  resource in R::\"a\"\n)\n"
        + "when { 1 + 2 * 3 - (4 - 5) == -6 && !true || a::b::\"c\" in [principal] };\n")]
    [TestCase("permit(principal,action,resource)when{true&&(false||context.a)}unless{(if true then 1 else 2)<(3)};",
        "permit (principal, action, resource)\nwhen {\n  true &&\n  (false || context.a)\n}\nunless { (if true then 1 else 2) < 3 };\n")]
    [TestCase("permit(principal,action,resource)when{(-1).isEmpty()&&(- (1))==-(-(1))&&(1==2)==(principal has a.b)&&\"a*\" like \"\\*\"};",
        "permit (principal, action, resource)\nwhen {\n  (-1).isEmpty() &&\n  -(1) == -(-(1)) &&\n  (1 == 2) == (principal has a.b) &&\n"
        + "  \"a*\" like \"\\*\"\n};\n")]
    public void Policy_has_one_layout(string text, string canonical)
    {
        PolicySet set = Text.Compile(text);
        Assert.That(set.ToCedar(), Is.EqualTo(canonical));
        Assert.That(Text.Compile(canonical).ToCedar(), Is.EqualTo(canonical));
    }

    [Test]
    public void Sets_keep_their_order() => Assert.That(
        Text.Compile("forbid(principal,action,resource);permit(principal,action,resource); // no comment").ToCedar(),
        Is.EqualTo("forbid (principal, action, resource);\n\npermit (principal, action, resource);\n"));
}
