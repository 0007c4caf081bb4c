using System.Collections.Immutable;

namespace MedChain.Core.Tests.Contracts.CedarWasm;

/// <summary>Texts that go to both implementations, and are mutated.</summary>
internal static class CedarCases
{
    public const string Entities = """
        [{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"openReviews": 3},
          "parents": [{"type": "Role", "id": "emergency-physician"}, {"type": "Organization", "id": "o"}]},
         {"uid": {"type": "Role", "id": "emergency-physician"}, "attrs": {}, "parents": [{"type": "Role", "id": "staff"}]},
         {"uid": {"type": "Researcher", "id": "r"}, "attrs": {}, "parents": [{"type": "Role", "id": "accredited-researcher"}]},
         {"uid": {"type": "Record", "id": "r"}, "attrs": {"patient": {"__entity": {"type": "Patient", "id": "p"}}, "labels": ["a", "PSY"],
           "codes": [], "collected": "2026-01-01", "starts": "2026-01-01", "ends": "2026-01-02", "version": 1, "superseded": false},
          "parents": [{"type": "Category", "id": "haematology"}]},
         {"uid": {"type": "Category", "id": "haematology"}, "attrs": {}, "parents": [{"type": "Category", "id": "laboratory"}]},
         {"uid": {"type": "Purpose", "id": "CLINTRCH"}, "attrs": {}, "parents": [{"type": "Purpose", "id": "HRESCH"}]}]
        """;

    public const string EntitySchema = """
        entity G in [H]; entity H; entity E enum ["x", "y"];
        entity U in [G] { n: Long, s?: String, b?: Bool, d?: decimal, i?: ipaddr, t?: datetime, u?: duration, e?: E, o?: U, l?: Set<Long>,
          r?: { a: Long, b?: Set<E> } } tags Set<String>;
        action a in [b] appliesTo { principal: U, resource: U }; action b;
        """;

    public static ImmutableArray<string> Requests { get; } =
    [
        Request("Clinician", "c", "read", "TREAT", "read", 0, "\"justification\": \"abc\", "),
        Request("Researcher", "r", "compute", "CLINTRCH", "mean", 48, ""),
        Request("Researcher", "r", "compute", "HRESCH", "count", 7, ""),
        Request("Clinician", "unknown", "breakGlass", "ETREAT", "breakGlass", 9007199254740991, "\"justification\": \"\", "),
        Request("Researcher", "r", "breakGlass", "ETREAT", "breakGlass", 0, ""),
        Request("Clinician", "c", "read", "TREAT", "sum", 0, ""),
    ];

    public static string[] Policies { get; } =
    [
        """
        @id("treatment-by-c-017") @consent("Consent/7f3a") @audit
        permit (principal == Clinician::"c", action == Action::"read", resource in Category::"laboratory")
        when { resource.patient == Patient::"p" && context.purpose in Purpose::"TREAT" && context.now < datetime("2027-12-31") }
        unless { resource.labels.contains("PSY1") };
        """,
        """
        @id("research-labs-mean") @consume("grant.uses") @audit("access")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"p" && context.purpose in Purpose::"HRESCH" && context.operation == Operation::"mean"
               && context.cohort >= 20 && context.grant.uses < 10 && context.now < datetime("2027-07-01T00:00:00Z") };
        """,
        """
        permit (principal in Role::"staff", action == Action::"breakGlass", resource)
        when { resource.patient == Patient::"p" && context.purpose == Purpose::"ETREAT" && context has justification
               && context.justification != "" && principal.openReviews == 0 };
        forbid (principal, action, resource) when { context.grant.revoked };
        """,
        """permit (principal is Clinician in Role::"staff", action in [Action::"read", Action::"compute"], resource is Record);""",
        """
        permit (principal, action, resource) when { principal is Clinician && principal.openReviews + 1 > 2 };
        permit (principal, action, resource) when { context.cohort + 1 > 0 };
        forbid (principal is Researcher, action, resource) unless { context.operation == Operation::"mean" };
        """,
    ];

    /// <summary>Corners of expressions; what they mean is Cedar's to say.</summary>
    public static string[] Conditions { get; } =
    [
        "true", "false || true", "principal == principal", "principal is Clinician", "principal is Clinician in Role::\"staff\"",
        "principal is Researcher in [Role::\"x\", Role::\"accredited-researcher\"]",
        "principal in [Role::\"staff\", Organization::\"o\"]",
        "resource in Category::\"laboratory\"", "action in [Action::\"read\"]",
        "action == Action::\"read\" || action in Action::\"compute\"",
        "context has justification", "context has \"justification\"", "context has grant.uses", "context has grant.nosuch.deeper",
        "context has justification && context.justification like \"a*\"", "context[\"cohort\"] > 1", "context.cohort * 2 < 100",
        "context.cohort + 1 > 0", "-context.cohort < 0", "- 5 == -5", "--5 == 5", "!!true", "1 - -1 == 2", "-9223372036854775808 < 0",
        "[1, 2].contains(context.cohort)", "[].isEmpty()", "resource.labels.isEmpty()", "resource.labels.containsAll([\"a\"])",
        "resource.labels.containsAny([\"x\", \"PSY\"])", "[[1], [2]].contains([1])", "{a: 1, \"b c\": true}[\"b c\"]", "{a: 1} == {a: 1}",
        "{a: 1} == {\"a\": context.cohort}", "if context.cohort > 5 then true else principal is Clinician",
        "(if context.grant.revoked then 1 else 2) == 2", "\"a\\u{62}c\" == \"abc\"", "\"\\x41\\t\\0\" like \"A*\"", "\"*\" like \"\\*\"",
        "\"a\" like \"\"", "\"\" like \"*\"", "\"\\u{1F600}\" like \"\\u{1F600}\"", "ip(\"10.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))",
        "ip(\"::1\").isLoopback()", "ip(\"ff00::1/16\").isMulticast()", "ip(\"127.0.0.1/8\").isLoopback()",
        "ip(\"::ffff:1.2.3.4\").isIpv6()",
        "ip(\"01.2.3.4\").isIpv4()", "ip(\"1.2.3.4/33\").isIpv4()", "ip(\"1.2.3.4/08\").isIpv4()",
        "ip(\"::/0\").isInRange(ip(\"0.0.0.0/0\"))",
        "ip(\"1::2::3\").isIpv6()", "ip(\"10.0.0.1/32\") == ip(\"10.0.0.1\")", "ip(\"10.0.0.1/8\") == ip(\"10.0.0.0/8\")",
        "decimal(\"1.23\").lessThan(decimal(\"1.2300\"))", "decimal(\"1.0\") == decimal(\"1.00\")", "decimal(\"1\") == decimal(\"1.0\")",
        "decimal(\"-0.0001\").lessThanOrEqual(decimal(\"0.0\"))", "decimal(\"922337203685477.5807\").greaterThan(decimal(\"0.0\"))",
        "decimal(\"922337203685477.5808\").greaterThan(decimal(\"0.0\"))", "decimal(\"1.23456\") == decimal(\"1.0\")",
        "decimal(\"+1.0\") == decimal(\"1.0\")",
        "datetime(\"2024-02-29\") < context.now", "datetime(\"2023-02-29\") < context.now",
        "datetime(\"2024-01-01T24:00:00Z\") < context.now",
        "datetime(\"2024-01-01T23:59:60Z\") < context.now", "datetime(\"2024-01-01T00:00:00.123Z\") < context.now",
        "datetime(\"2024-01-01T00:00:00+0100\") < context.now", "datetime(\"2024-01-01T00:00:00.5Z\") < context.now",
        "datetime(\"2024-01-01T00:00:00+2400\") < context.now", "datetime(\"0000-01-01\") < context.now",
        "datetime(\"9999-12-31\") > context.now",
        "datetime(\"2024-01-01 00:00:00Z\") < context.now", "datetime(\"2024-01-01T00:00:00-2359\") < context.now",
        "context.now.offset(duration(\"1d2h3m4s5ms\")) > context.now", "context.now.offset(duration(\"-1ms\")) < context.now",
        "duration(\"1h1d\") > duration(\"0ms\")", "duration(\"\") == duration(\"0ms\")", "duration(\"1\") == duration(\"1ms\")",
        "duration(\"9223372036854775807ms\") > duration(\"1d\")", "duration(\"9223372036854775808ms\") > duration(\"1d\")",
        "duration(\"-9223372036854775808ms\").toDays() < 0", "duration(\"106751991168d\").toDays() > 0",
        "duration(\"90m\").toHours() == 1",
        "duration(\"-1s\").toMinutes() == 0", "context.now.toDate() <= context.now", "context.now.toTime() < duration(\"1d\")",
        "datetime(\"1969-12-31T23:59:59Z\").toDate() == datetime(\"1969-12-31\")",
        "datetime(\"1969-12-31T23:59:59Z\").toTime().toSeconds() == 86399",
        "context.now.durationSince(resource.collected) >= duration(\"1d\")", "principal.hasTag(\"a\")",
        "principal.hasTag(\"a\") && principal.getTag(\"a\") == 1",
        "principal has openReviews", "principal has openReviews && principal.openReviews == 3", "resource.patient == Patient::\"p\"",
        "resource.patient in Patient::\"p\"", "Patient::\"p\" == principal", "context.operation == Operation::\"mean\"",
        "context.operation == Operation::\"nosuch\"", "context.operation in [Operation::\"mean\", Operation::\"count\"]",
        "context.purpose in Purpose::\"HRESCH\"", "1 == \"1\"", "1 < \"1\"", "context.cohort < context.now", "[1, \"a\"].contains(1)",
        "[] == [1]",
        "context.nosuch", "principal.nosuch", "resource.labels == [\"PSY\", \"a\"]", "true && 1", "1 || true", "false && 1",
        "if 1 then true else false",
        "context == context", "context.grant == context.grant", "context.grant == {uses: 2, revoked: false, depth: 0}",
        "Action::\"read\" in action",
        "principal == Clinician::\"\\u{63}\"", "[principal].contains(Clinician::\"c\")", "[principal, resource].contains(principal)",
        "1 + 2 * 3 - 4 == 3", "(1 + 2) * 3 == 9", "2 * context.cohort * 2 == 28", "1 == 1 == true", "1 < 2 < 3",
        "!principal == principal",
        "a", "principal.a.b", "foo(1)", "context.cohort.lessThan(1)", "ip(\"1.2.3.4\").lessThan(ip(\"1.2.3.4\"))",
        "ip(context.justification).isIpv4()",
        "9223372036854775808 > 1", "-9223372036854775809 < 1", "- 9223372036854775808 < 1", "-(9223372036854775807) < 1",
        "\"\\q\" == \"\"",
        "\"\\u{}\" == \"\"", "\"\\u{110000}\" == \"\"", "\"\\u{D800}\" == \"\"", "\"a\nb\" like \"a*b\"", "principal is Clinician::Foo",
        "principal is Nobody",
        "context has if", "context has \"if\"", "{if: 1} has \"if\"", "{\"if\": 1}[\"if\"] == 1", "context.if", "{a: 1, a: 2}.a == 1",
        "{a: 1,}.a == 1", "[1,].contains(1)",
        "[1,,2].contains(1)", "principal in principal", "principal in []", "resource in [Category::\"laboratory\", resource]",
    ];

    public static string[] Schemas { get; } =
    [
        "type Bool = Long; entity E;", "entity Long;", "entity Set;", "type Entity = Long;", "namespace __cedar { entity E; }",
        "type Extension = Long;",
        "namespace A::__cedar { entity E; }", "type decimal = Long; entity E { d: decimal };",
        "entity E { d: ipaddr, e: __cedar::ipaddr };",
        "type ipaddr = { a: Long }; entity E { d: ipaddr, e: __cedar::ipaddr };", "entity E enum [];", "entity E enum [\"a\", \"a\"];",
        "entity E enum [\"a\",];", "entity E in [E,];", "entity E in [];", "entity E in [E];", "entity E = { a: Long, };",
        "entity E tags Set<Set<Long>>;",
        "entity E enum [\"a\"] tags Long;", "entity A; entity E enum [\"a\"] in [A];", "entity E enum [\"x\"]; entity F in [E];",
        "action a appliesTo { principal: [], resource: [] };", "entity E; action a appliesTo { principal: E };",
        "entity E; action a appliesTo {};",
        "entity E; action a appliesTo { principal: E, resource: E, context: E };", "action a in [];", "action a in a;",
        "action a in b; action b in a;",
        "entity E; type C = { a: Long }; action a appliesTo { principal: E, resource: E, context: C };",
        "action \"a\" in \"b\"; action b;",
        "action a in Action::\"b\"; action b;", "entity E; entity E;", "namespace A { entity E; } namespace A { entity F; }",
        "namespace A { entity E; } namespace A::B { entity E; }", "entity E; namespace A { entity E; }",
        "namespace A { action x; } action x;",
        "@doc entity E;", "@doc(\"x\") @doc(\"y\") entity E;", "entity E { @doc(\"x\") a: Long };", "entity in;", "entity if;",
        "entity E { if: Long };",
        "entity E { \"if\": Long };", "type T = T;", "type A = B; type B = A;", "entity E { e: E };", "entity Action;",
        "namespace N { entity Action; }",
        "entity E { x: Action };", "entity E; action a appliesTo { principal: [E, E], resource: E };",
        "entity E; action a appliesTo { principal: E, resource: E, principal: E };", "entity E; action a, b, a;", "entity E, E;",
        "// c\nentity E; // d",
        "entity E; action a appliesTo { principal: E, resource: E, context: {} } attributes {};", "", "entity E",
        "entity E = {}; entity F {};",
        "entity principal, action, resource, context, namespace, type, tags, appliesTo, entity, enum;",
        "entity E { a: Set<{ x: Long }> };",
        "entity Set { a: Set<Long> };", "entity String; entity E { a: String, b: __cedar::String };",
        "entity E = T; type T = { a: Long };",
        "entity E { a: A::B }; namespace A { type B = Long; }", "namespace A { entity E { a: B }; } type B = Long;",
        "entity E { a: Bool };",
        "entity E { a: Boolean };", "entity E { b: __cedar::Boolean };", "type Boolean = Long;", "type Record = Long;",
        "type Long = String;",
        "entity E { \"\": Long };", "action \"\";", "entity E { a: Set };", "entity E { a: { b?: { c: Long } } };", "entity __cedar;",
        "entity __foo;",
        "entity E tags { a: Long };", "action a in [\"b\", Action::\"c\"]; action b; action c;", "entity true;", "entity is;",
        "type T = Set<U>; type U = { t: Long };",
        "namespace A { entity E; action a in B::Action::\"b\"; } namespace B { action b; }",
        "namespace A { entity E { b: B::F }; } namespace B { entity F; }",
        "namespace A { type E = Long; entity E; }", "namespace A { type E = Long; entity F { e: E }; }",
        "entity E; type E = Long; entity F { e: E };",
        "entity E { a: A::E }; namespace A { entity E2; }", "namespace A { namespace B { entity E; } }",
        "@a namespace A { @b action x; }",
        "entity E { a: datetime, b: duration, c: decimal };", "entity E { a: string };", "entity E { a: Foo::Long };",
        "type T = { a: T };",
        "entity E in E; entity F in [E, G]; entity G;", "action a appliesTo { resource: E, principal: E }; entity E;",
        "entity E; ; entity F;",
        "action read appliesTo { principal: E, resource: E, context: { a: Long, b?: E } }; entity E;",
        "entity E { a : Long , b ? : Bool } ;",
        "entity \"E\";", "action a-b;", "entity E:F;", "type T = E; entity E; entity F { t: T };",
        "type T = E; entity E; entity F in [T];",
    ];

    public static string[] JsonSchemas { get; } =
    [
        """{}""", """{"": {}}""", """{"": {"entityTypes": {}}}""", """{"": {"actions": {}}}""",
        """{"": {"entityTypes": {}, "actions": {}}}""",
        Space(""" "E": {} """, """ "a": {"appliesTo": {"principalTypes": [], "resourceTypes": []}} """),
        Space(""" "E": {} """, """ "a": {"appliesTo": {"principalTypes": ["E"]}} """),
        Space(""" "E": {} """, """ "a": {"appliesTo": null} """),
        Space(""" "E": {"foo": 1} """, ""), Space(""" "E": {"shape": {"type": "Record"}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Boolean"}, "b": {"type": "Bool"}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Long", "foo": 1}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Long", "required": "x"}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Long", "required": true}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {}, "additionalAttributes": false}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {}, "additionalAttributes": true}} """, ""),
        Space(
            """ "E": {"memberOfTypes": ["E"], "annotations": {"doc": "x"}} """,
            """ "a": {"memberOf": [{"id": "b"}]}, "b": {"memberOf": null} """),
        Space(""" "E": {"enum": []} """, ""), Space(""" "E": {"enum": ["a"], "memberOfTypes": []} """, ""),
        Space(""" "E": {"enum": ["a"]} """, ""),
        Space(""" "E": {} """, """ "a": {"attributes": {}} """), Space(""" "E": {} """, """ "a": {"memberOf": [{"id": "a"}]} """),
        Space(""" "E": {} """, """ "a": {"appliesTo": {"principalTypes": ["E"], "resourceTypes": ["E"], "context": {"type": "Long"}}} """),
        Space(""" "E": {} """, """ "a": {"appliesTo": {"principalTypes": ["E"], "resourceTypes": ["E"], "foo": 1}} """),
        Space(""" "A::B": {} """, ""), Space(""" "Action": {} """, ""), """{"__cedar": {"entityTypes": {}, "actions": {}}}""",
        """{"A B": {"entityTypes": {}, "actions": {}}}""",
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Set"}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Extension", "name": "ip"}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "Extension", "name": "ipaddr"}}}} """, ""),
        Space(""" "E": {"shape": {"type": "Record", "attributes": {"a": {"type": "ipaddr"}, "b": {"type": "__cedar::Long"}}}} """, ""),
        """{"N": {"entityTypes": {}, "actions": {"a": {"memberOf": [{"id": "b", "type": "Action"}]}, "b": {}}}}""",
        """{"N": {"entityTypes": {}, "actions": {"a": {"memberOf": [{"id": "b", "type": "N::Action"}]}, "b": {}}}}""",
        """{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"Bool": {"type": "Long"}}}}""",
        """{"": {"entityTypes": {"E": {"shape": {"type": "T"}}}, "actions": {}, "commonTypes": {"T": {"type": "Long"}}}}""",
        """{"": {"entityTypes": {"E": {"tags": {"type": "T"}}}, "actions": {}, "commonTypes": {"T": {"type": "Long"}}}}""",
    ];

    /// <summary>Entities under <see cref="EntitySchema"/>.</summary>
    public static string[] EntityValues { get; } =
    [
        "[]", User(""), User("", parents: """{"type": "H", "id": "h"}"""), User("", parents: """{"type": "G", "id": "g"}"""),
        User("", parents: """{"type": "U", "id": "v"}"""), User("", parents: """{"type": "Nobody", "id": "n"}"""),
        User("""
            , "s": "a", "b": true, "d": "1.5", "i": "10.0.0.1", "t": "2026-01-01", "u": "1h", "e": {"type": "E", "id": "x"}
            """),
        User(""", "e": {"type": "E", "id": "z"}"""), User(""", "e": {"__entity": {"type": "E", "id": "y"}}"""),
        User(""", "e": "E" """),
        User(""", "d": {"__extn": {"fn": "decimal", "arg": "1.5"}}"""), User(""", "d": {"fn": "decimal", "arg": "1.5"}"""),
        User(""", "d": {"__extn": {"fn": "ip", "arg": "1.2.3.4"}}"""), User(""", "d": 1.5"""), User(""", "d": "x" """),
        User(""", "s": 1"""),
        User(""", "l": [1, 1, 2]"""), User(""", "l": [1, "a"]"""), User(""", "l": []"""), User(""", "l": null"""),
        User(""", "r": {"a": 1}"""),
        User(""", "r": {"a": 1, "b": [{"type": "E", "id": "x"}]}"""), User(""", "r": {}"""), User(""", "r": {"a": 1, "c": 2}"""),
        User(""", "x": 1"""),
        User(""", "o": {"type": "U", "id": "other"}"""), User(""", "o": {"type": "G", "id": "other"}"""),
        User(""", "l": [9223372036854775808]"""),
        User(""", "t": {"__extn": {"fn": "datetime", "arg": "2026-01-01"}}"""), User("", tags: """{"a": ["x"]}"""),
        User("", tags: """{"a": "x"}"""),
        """[{"uid": {"type": "U", "id": "u"}, "attrs": {}, "parents": []}]""",
        """[{"uid": {"type": "E", "id": "x"}, "attrs": {}, "parents": []}]""",
        """[{"uid": {"type": "E", "id": "z"}, "attrs": {}, "parents": []}]""",
        """[{"uid": {"type": "G", "id": "g"}, "attrs": {}}]""",
        """[{"uid": {"type": "G", "id": "g"}, "parents": []}]""",
        """[{"uid": {"type": "G", "id": "g"}, "attrs": {}, "parents": [], "x": 1}]""",
        """[{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": [{"type": "Action", "id": "b"}]}]""",
        """[{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": []}]""",
        """[{"uid": {"type": "Action", "id": "x"}, "attrs": {}, "parents": []}]""",
        """[{"uid": "U", "attrs": {"n": 1}, "parents": []}]""",
        """[{"uid": {"__entity": {"type": "G", "id": "g"}}, "attrs": {}, "parents": []}]""",
        """[{"uid": {"type": "G", "id": "g"}, "attrs": {}, "parents": []}, {"uid": {"type": "G", "id": "g"}, "attrs": {}}]""",
    ];

    public static string[] Words { get; } =
    [
        .. Conditions, "principal", "action", "resource", "context", "permit", "forbid", "when", "unless", "==", "in", "is", "&&", "||",
        "!", "-", "(", ")",
        "{", "}", "[", "]", ";", ",", ".", "@a", "@a(\"b\")", "Clinician", "Role::\"staff\"", "Action::\"read\"", "0", "1", "\"\"",
    ];

    public static string[] SchemaWords { get; } =
    [
        "entity", "action", "type", "namespace", "in", "appliesTo", "principal", "resource", "context", "enum", "tags", "attributes",
        "=", ":", "?", ";", ",",
        "{", "}", "[", "]", "<", ">", "::", "@doc", "E", "F", "A", "T", "Long", "String", "Bool", "Set<Long>", "decimal", "ipaddr",
        "__cedar::Long", "\"a\"",
        "entity E;", "type T = Long;", "action a;", "{ a: Long }", "{ a?: E }", "enum [\"a\"]",
    ];

    private static string Request(
        string type, string id, string action, string purpose, string operation, long cohort, string more) => $$"""
        {"principal": {"type": "{{type}}", "id": "{{id}}"}, "action": {"type": "Action", "id": "{{action}}"},
         "resource": {"type": "Record", "id": "r"}, "context": { {{more}}"now": "2026-11-01T12:00:00Z",
         "purpose": {"type": "Purpose", "id": "{{purpose}}"}, "operation": {"type": "Operation",
         "id": "{{operation}}"}, "cohort": {{cohort}},
         "grant": {"uses": 2, "revoked": false, "depth": 0} } }
        """;

    private static string Space(string types, string actions) => $$"""{"": {"entityTypes": { {{types}} }, "actions": { {{actions}} } } }""";

    private static string User(string attributes, string parents = "", string tags = "{}") => $$"""
        [{"uid": {"type": "U", "id": "u"}, "attrs": {"n": 1{{attributes}}}, "parents": [{{parents}}], "tags": {{tags}}}]
        """;
}
