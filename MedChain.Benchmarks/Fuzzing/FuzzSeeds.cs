using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Benchmarks.Fuzzing;

/// <summary>Right texts to start from.</summary>
internal static class FuzzSeeds
{
    public static string[] Policies { get; } =
    [
        """
        @id("research") @consume("grant.uses") @audit("access")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"p" && context.purpose in Purpose::"HRESCH" && context.operation == Operation::"mean"
               && context.cohort >= 20 && context.grant.uses < 10 && context.now < datetime("2027-07-01T00:00:00Z") };
        """,
        """
        permit (principal is Clinician in Organization::"o", action in [Action::"read", Action::"breakGlass"], resource)
        when { context has justification && context.justification like "a*" && principal.openReviews * 2 - 1 < 9 }
        unless { resource.labels.contains("PSY") || resource.labels.containsAny(["a", "b"]) };
        forbid (principal, action, resource) when { context.grant.revoked };
        """,
        """
        permit (principal, action, resource)
        when { if context.cohort + context.grant.uses > 5 then [1, context.cohort].contains(2) else {a: 1, "b c": context.now}.a == 1 }
        when { context.now.offset(duration("1d")).toDate() > resource.collected
               && context.now.durationSince(resource.collected).toDays() < 9 }
        when { ip("10.0.0.1").isInRange(ip("10.0.0.0/8")) && decimal("1.5").lessThan(decimal("2.0")) && !(principal has openReviews) };
        """,
        """
        permit (principal == ?principal, action, resource in ?resource)
        when { principal in [Role::"a", Role::"b"] || action == Action::"read" };
        """,
        .. GrantTemplates.All.Select(template => template.Text),
    ];

    /// <summary>The same policies in Cedar's JSON form, and one with a link.</summary>
    public static string[] PoliciesJson { get; } =
    [
        .. Policies.Select(text => ContractVm.CompilePolicies(text).Policies!.ToJson()),
        """
        {"staticPolicies": {}, "templates": {"t": {"effect": "permit", "principal": {"op": "==", "slot": "?principal"},
          "action": {"op": "All"}, "resource": {"op": "is", "entity_type": "Record", "in": {"slot": "?resource"}}, "conditions": []}},
         "templateLinks": [{"templateId": "t", "newId": "l", "values": {"?principal": {"type": "Clinician", "id": "c"},
          "?resource": {"__entity": {"type": "Category", "id": "clinical"}}}}]}
        """,
    ];

    public static string[] Schemas { get; } =
    [
        MedicalSchema.Text,
        """
        namespace A { type T = { a: Set<Long>, "b c"?: decimal }; entity U, V in [U] = { t: T, u: U } tags Set<String>;
        entity E enum ["x", "y"];
        @doc("d") action read, "w r" in [all] appliesTo { principal: [U], resource: V, context: T }; action all; }
        entity W in [A::U]; type S = A::T;
        """,
    ];

    public static string[] JsonSchemas { get; } =
    [
        """
        {"N": {"commonTypes": {"T": {"type": "Set", "element": {"type": "Long"}}},
         "entityTypes": {"E": {"enum": ["x"]}, "A": {"memberOfTypes": ["A"], "shape": {"type": "Record",
           "attributes": {"t": {"type": "T", "required": false}, "d": {"type": "Extension", "name": "decimal"}}},
           "tags": {"type": "String"}}},
         "actions": {"s": {}, "r": {"memberOf": [{"id": "s"}], "appliesTo": {"principalTypes": ["A"], "resourceTypes": ["E"],
           "context": {"type": "Record", "attributes": {"e": {"type": "Entity", "name": "E"}}}}}}}}
        """,
    ];

    public static string[] Entities { get; } =
    [
        """
        [{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"openReviews": 3},
          "parents": [{"type": "Role", "id": "a"}, {"type": "Organization",
           "id": "o"}]},
         {"uid": {"type": "Record", "id": "r"}, "attrs": {"patient": {"__entity": {"type": "Patient", "id": "p"}}, "labels": ["a", "PSY"],
           "codes": ["789-8"], "version": 1, "superseded": false, "starts": {"__extn": {"fn": "datetime", "arg": "2026-01-01"}},
           "ends": {"__extn": {"fn": "datetime", "arg": "2026-01-02"}},
           "collected": {"__extn": {"fn": "datetime", "arg": "2026-01-01"}}}, "parents": [{"type": "Category", "id": "haematology"}]},
         {"uid": {"type": "Researcher", "id": "r"}, "attrs": {}, "parents": [{"type": "Role", "id": "accredited-researcher"}]}]
        """,
    ];

    public static string[] Contexts { get; } =
    [
        """
        {"now": "2026-11-01", "purpose": {"type": "Purpose", "id": "CLINTRCH"},
         "operation": {"type": "Operation", "id": "mean"}, "cohort": 48,
         "justification": "abc", "grant": {"uses": 2, "revoked": false, "depth": 0, "patient": {"type": "Patient", "id": "p"},
         "category": {"type": "Category", "id": "laboratory"}, "role": {"type": "Role", "id": "a"}, "until": "2027-01-01",
         "operations": [{"type": "Operation", "id": "mean"}], "labels": ["SUD"], "cohort": 20, "limit": 3}}
        """,
        """
        {"now": "1969-12-31T23:59:59.999Z", "purpose": {"type": "Purpose", "id": "TREAT"}, "operation": {"type": "Operation", "id": "read"},
         "cohort": 9223372036854775807, "grant": {"uses": -9223372036854775808, "revoked": true, "depth": 1}}
        """,
    ];
}
