using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Policies in Cedar's JSON form. What is expected is what cedar-wasm 4.13.0 writes, where that is one of several forms that it
/// reads.</summary>
[TestFixture]
public sealed class PolicyJsonTests
{
    [TestCase("permit (principal, action, resource);",
        "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},'resource':{'op':'All'},'conditions':[]}")]
    [TestCase(
        "@id('x') forbid (principal == U::'a', action in [Action::'r'], resource is F in G::'f') unless { context has a.b.c };",
        "{'effect':'forbid','principal':{'op':'==','entity':{'type':'U','id':'a'}},"
        + "'action':{'op':'in','entities':[{'type':'Action','id':'r'}]},"
        + "'resource':{'op':'is','entity_type':'F','in':{'entity':{'type':'G','id':'f'}}},'conditions':[{'kind':'unless',"
        + "'body':{'has':{'left':{'Var':'context'},'attr':['a','b','c']}}}],'annotations':{'id':'x'}}")]
    [TestCase("permit (principal in ?principal, action == Action::'r', resource is F) when { 1 + 2 - 3 * 4 < -5 };",
        "{'effect':'permit','principal':{'op':'in','slot':'?principal'},'action':{'op':'==','entity':{'type':'Action','id':'r'}},"
        + "'resource':{'op':'is','entity_type':'F'},'conditions':[{'kind':'when','body':{'<':{'left':{'-':{'left':{'+':{'left':"
        + "{'Value':1},'right':{'Value':2}}},'right':{'*':{'left':{'Value':3},'right':{'Value':4}}}}},'right':{'Value':-5}}}}]}")]
    public void Policy_has_one_json(string text, string json) =>
        Assert.That(Text.Compile(text.Replace('\'', '"')).Policies[0].ToJson(), Is.EqualTo(json.Replace('\'', '"')));

    [TestCase("true && !false || resource.a[\"b c\"] == -(context.n) && context has \"x y\"")]
    [TestCase("if principal is U in G::\"g\" then \"a*\" like \"\\**b*\" else principal in [U::\"a\", action]")]
    [TestCase("{a: [1, {b: 2}], \"c d\": ip(\"10.0.0.0/8\")}.a.containsAny([{}]) && principal.getTag(\"t\") != [].isEmpty()")]
    [TestCase("decimal(\"1.5\").lessThan(decimal(\"2.0\")) && datetime(\"2027-01-01\").offset(duration(\"1h\")).toDate() >= context.now")]
    [TestCase("1 - (2 - 3) * -9223372036854775808 > 0 && (true && (false && true)) && principal.hasTag(\"é\\n\\u{1F600}\")")]
    [TestCase("context.x.isInRange(ip(\"::1\"), 3) || ip() == ip(\"x\")")]
    public void Condition_comes_back_from_json(string condition)
    {
        PolicySet set = Text.Compile(
            $"@note @id(\"n\") permit (principal, action, resource) when {{ {condition} }} unless {{ {condition} }};");

        PolicyCompilation again = ContractVm.CompilePoliciesJson(Text.Utf8(set.ToJson()));

        Assert.That(again.Errors, Is.Empty);
        Assert.That(again.Policies!.ToString(), Is.EqualTo(set.ToCedar()));
        Assert.That(again.Policies.ToJson(), Is.EqualTo(set.ToJson()));
    }

    [Test]
    public void Set_comes_back_with_its_templates_and_names()
    {
        PolicySet set = Text.Compile(
            "permit (principal == ?principal, action, resource);@id(\"b\") forbid (principal, action, resource);"
            + "permit (principal, action, resource);");

        PolicySet again = ContractVm.CompilePoliciesJson(Text.Utf8(set.ToJson())).Policies!;

        Assert.That(again.Policies.Select(policy => policy.Id), Is.EquivalentTo(set.Policies.Select(policy => policy.Id)));
        Assert.That(again.Policies.Single(policy => policy.IsTemplate).Id, Is.EqualTo("policy0"));
    }

    [Test]
    public void Links_become_policies()
    {
        string json = $$"""
            {"staticPolicies": {}, "templates": {"t": {{Template}} }, "templateLinks": [
              {"templateId": "t", "newId": "l", "values": {"?principal": {"type": "U", "id": "a"},
                "?resource": {"__entity": {"type": "R", "id": "b"} } } }]}
            """;

        PolicySet set = ContractVm.CompilePoliciesJson(Text.Utf8(json)).Policies!;

        Assert.That(set.Policies.Select(policy => (policy.Id, policy.IsTemplate)), Is.EqualTo([("t", true), ("l", false)]));
        Assert.That(set.Policies[1].ToCedar(), Does.Contain("principal == U::\"a\"").And.Contain("resource in R::\"b\""));
    }

    private const string Template = """
        {"effect": "permit", "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"},
         "resource": {"op": "in", "slot": "?resource"}, "conditions": [], "annotations": {"note": null}}
        """;

    [TestCase("1", "a policy, or a set")]
    [TestCase("{\"staticPolicies\": {}, \"x\": 1}", "a policy, or a set")]
    [TestCase("{\"staticPolicies\": {\"p\": {\"effect\": \"permit\"}}}", "staticPolicies.p: a policy is an object with")]
    [TestCase("{\"staticPolicies\": []}", "staticPolicies: an object of policies")]
    [TestCase("{\"templates\": {\"t\": TEMPLATE}, \"templateLinks\": [{\"templateId\": \"u\", \"newId\": \"l\", \"values\": {}}]}",
        "templateLinks.0: there is no template \"u\"")]
    [TestCase("{\"templates\": {\"t\": TEMPLATE}, \"templateLinks\": [{\"templateId\": \"t\", \"newId\": \"l\", \"values\": {}}]}",
        "templateLinks.0: the template has the slot ?principal")]
    [TestCase("{\"staticPolicies\": {\"t\": TEMPLATE}}", "staticPolicies.t: this has a slot")]
    [TestCase("CONDITION {\"x\": 1}", "conditions.0.body.x: there is no such operator")]
    [TestCase("CONDITION {\"&&\": {\"left\": {\"Value\": true}, \"right\": {\"Value\": 1.5}}}",
        "conditions.0.body.&&.right.Value: numbers are")]
    [TestCase("CONDITION {\"&&\": {\"left\": {\"Value\": null}, \"right\": {\"Value\": 1}}}",
        "conditions.0.body.&&.left.Value: Cedar has no null")]
    [TestCase("CONDITION {\"!\": {}}", "conditions.0.body.!: the property \"arg\" is missing")]
    [TestCase("CONDITION {\"Var\": \"subject\"}", "conditions.0.body.Var: the variables are")]
    [TestCase("CONDITION {\"Slot\": \"?principal\"}", "a slot can only stand in the scope")]
    [TestCase("CONDITION {\"is\": {\"left\": {\"Var\": \"principal\"}, \"entity_type\": \"if\"}}", "is no entity type")]
    [TestCase("CONDITION {\"Value\": {\"__entity\": {\"type\": \"A\"}}}", "conditions.0.body.Value: an entity is written")]
    [TestCase("CONDITION {\"Value\": {\"__extn\": {\"fn\": \"ip\", \"args\": []}}}", "ip takes 1 arguments, not 0")]
    [TestCase("CONDITION {\"toDate\": []}", "the first element is the value")]
    [TestCase("CONDITION {\"like\": {\"left\": {\"Var\": \"principal\"}, \"pattern\": \"a*\"}}", "a pattern is a list")]
    [TestCase("CONDITION {\"Value\": \"\\ud800\"}", "half a surrogate pair")]
    [TestCase("CONDITION {\"Record\": {\"a\": {\"Value\": 1}, \"a\": {\"Value\": 1}}}", "cannot be read")]
    public void Wrong_json_is_refused_with_its_place(string json, string message)
    {
        json = json.Replace("TEMPLATE", Template, StringComparison.Ordinal);
        json = json.StartsWith("CONDITION", StringComparison.Ordinal) ? Policy(json["CONDITION".Length..]) : json;

        PolicyCompilation compilation = ContractVm.CompilePoliciesJson(Text.Utf8(json));

        Assert.That(compilation.Errors.Single().Message, Does.Contain(message));
    }

    [Test]
    public void Policy_whose_name_and_id_differ_is_refused()
    {
        string json = "{\"staticPolicies\": {\"a\": " + Policy("{\"Value\": true}")[..^1]
            + ", \"annotations\": {\"id\": \"b\"}}}}";

        Assert.That(ContractVm.CompilePoliciesJson(Text.Utf8(json)).Errors.Single().Message, Does.Contain("make both the same"));
    }

    [Test]
    public void Long_chain_is_read_and_written_without_a_deep_stack()
    {
        string text = $"permit (principal, action, resource) when {{ {string.Join("&&", Enumerable.Repeat("true", 9_000))} }};";
        string json = "";
        PolicyCompilation? again = null;
        var thread = new Thread(
            () =>
            {
                json = Text.Compile(text).ToJson();
                again = ContractVm.CompilePoliciesJson(Text.Utf8(json), options: new ContractVmOptions { MaxTextBytes = 1 << 20 });
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True);
        Assert.That(again!.Errors, Is.Empty);
        Assert.That(again.Policies!.ToJson(), Is.EqualTo(json));
    }

    [TestCase("{\"!\": {\"arg\": ", "}}", "{\"Value\": true}")]
    [TestCase("{\"&&\": {\"left\": {\"Value\": true}, \"right\": ", "}}", "{\"Value\": true}")]
    [TestCase("{\"Value\": [", "]}", "1")]
    [TestCase("[", "]", "1")]
    [TestCase("{\"Set\": [", "]}", "{\"Value\": 1}")]
    public void Deep_json_is_refused_on_a_small_stack(string opening, string closing, string core)
    {
        PolicyCompilation? compilation = null;
        string condition = string.Concat([.. Enumerable.Repeat(opening, 20_000), core, .. Enumerable.Repeat(closing, 20_000)]);
        string values = "{\"Value\": " + string.Concat([.. Enumerable.Repeat("[", 20_000), core, .. Enumerable.Repeat("]", 20_000)]) + "}";
        var thread = new Thread(
            () =>
            {
                compilation = ContractVm.CompilePoliciesJson(Text.Utf8(Policy(condition)));
                Assert.That(ContractVm.CompilePoliciesJson(Text.Utf8(Policy(values))).Succeeded, Is.False);
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True);
        Assert.That(compilation!.Succeeded, Is.False);
    }

    [Test]
    public void Set_is_validated_when_there_is_a_schema()
    {
        string wrong = Policy(
            "{\"==\": {\"left\": {\".\": {\"left\": {\"Var\": \"context\"}, \"attr\": \"nothing\"}}, \"right\": {\"Value\": 1}}}");

        PolicyCompilation compilation = ContractVm.CompilePoliciesJson(Text.Utf8(wrong), MedicalSchema.Default);

        Assert.That(compilation.Errors.Single().Message, Does.StartWith("As Cedar text, at 2:").And.Contain("nothing"));
    }

    private static string Policy(string condition) =>
        "{\"effect\": \"permit\", \"principal\": {\"op\": \"All\"}, \"action\": {\"op\": \"All\"}, \"resource\": {\"op\": \"All\"}, "
        + $"\"conditions\": [{{\"kind\": \"when\", \"body\": {condition}}}]}}";
}
