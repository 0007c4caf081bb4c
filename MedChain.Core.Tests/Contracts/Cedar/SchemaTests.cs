using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Schemas;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Schemas in Cedar's own syntax, and entities and contexts read by them.</summary>
[TestFixture]
public sealed class SchemaTests
{
    private const string Medical = """
        // Names are looked up in the namespace first.
        type Level = Long;
        entity Organization, Role;
        @doc("who treats")
        entity Clinician in [Role, Organization] = { level: Level, "since"?: datetime, };
        entity Purpose enum ["TREAT", "HRESCH"];
        entity Record in Category { patient: Patient, labels: Set<String> } tags Set<Long>;
        entity Category in [Category];
        entity Patient;
        action all;
        action read, "look at" in [all] appliesTo { principal: [Clinician], resource: Record,
            context: { purpose: Purpose, ratio: decimal, grant: { uses: __cedar::Long, revoked: Bool } } };
        namespace Lab::Inner {
            entity Long;
            entity Device = { count: Long, by: Clinician };
            action run in [Action::"all", stop] appliesTo { principal: Device, resource: Clinician, context: Ctx };
            action stop;
            type Ctx = { level: Level };
        }
        """;

    private static readonly EntityUid Read = new("Action", "read");

    [Test]
    public void Declarations_have_full_names_and_followed_types()
    {
        CedarSchema schema = Parse(Medical);
        Assert.That(schema.EntityTypes["Clinician"].Parents, Is.EquivalentTo(new[] { "Role", "Organization" }));
        Assert.That(schema.EntityTypes["Clinician"].Attributes.Attributes["level"].Type, Is.TypeOf<SchemaType.Long>());
        Assert.That(schema.EntityTypes["Clinician"].Attributes.Attributes["since"].IsRequired, Is.False);
        Assert.That(schema.EntityTypes["Purpose"].Ids, Is.EqualTo(new[] { "TREAT", "HRESCH" }));
        Assert.That(schema.EntityTypes["Record"].Tags, Is.TypeOf<SchemaType.SetOf>());
        Assert.That(schema.EntityTypes["Lab::Inner::Device"].Attributes.Attributes["count"].Type.Name, Is.EqualTo("Lab::Inner::Long"));
        Assert.That(schema.Actions[new EntityUid("Action", "look at")].Parents, Is.EqualTo(new[] { new EntityUid("Action", "all") }));
        ActionDeclaration run = schema.Actions[new EntityUid("Lab::Inner::Action", "run")];
        Assert.That(run.Parents, Is.EqualTo(new[] { new EntityUid("Action", "all"), new EntityUid("Lab::Inner::Action", "stop") }));
        Assert.That(run.Resources, Is.EquivalentTo(new[] { "Clinician" }));
        Assert.That(run.Context.Attributes["level"].Type, Is.TypeOf<SchemaType.Long>());
    }

    [TestCase("entity A; entity A;", 1, 11, "twice")]
    [TestCase("action a; action a;", 1, 11, "twice")]
    [TestCase("type A = Long; type A = Long;", 1, 16, "twice")]
    [TestCase("entity A; namespace N { type A = Long; }", 1, 25, "outside the namespace")]
    [TestCase("action a; namespace N { action b, a; }", 1, 25, "outside the namespace")]
    [TestCase("entity A enum [\"x\",];", 1, 20, "quotes")]
    [TestCase("entity A; entity B in [A,];", 1, 26, "a type")]
    [TestCase("entity A in [B];", 1, 14, "no entity type B")]
    [TestCase("entity A = { b: B };", 1, 17, "no type B")]
    [TestCase("entity A = { b: Long, b: Long };", 1, 26, "twice")]
    [TestCase("type A = B; type B = Set<A>;", 1, 1, "contains itself")]
    [TestCase("type Long = String;", 1, 1, "another name")]
    [TestCase("action a in [b];", 1, 14, "no action")]
    [TestCase("entity E; action a appliesTo { principal: E, resource: E, context: Long };", 1, 68, "record")]
    [TestCase("entity E; action a appliesTo { principal: E, principal: E };", 1, 46, "once")]
    [TestCase("entity A = { b Long };", 1, 16, "':'")]
    [TestCase("entity A", 1, 9, "';'")]
    [TestCase("entity if;", 1, 8, "reserved")]
    [TestCase("namespace __cedar { }", 1, 11, "reserved")]
    [TestCase("record A;", 1, 1, "'entity'")]
    public void Errors_say_where_and_what_to_write(string text, int line, int column, string advice)
    {
        Assert.That(CedarSchema.TryParse(text, out _, out PolicyError? error), Is.False);
        Assert.That(error!.Message, Does.Contain(advice));
        Assert.That((error.Line, error.Column), Is.EqualTo((line, column)));
    }

    [Test]
    public void Long_chain_of_names_is_an_error_and_no_deep_recursion()
    {
        string chain = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"type T{i} = {{ a: T{i + 1} }};\n")) + "type T10000 = Long;";
        Assert.That(CedarSchema.TryParse(chain, out _, out PolicyError? error), Is.False);
        Assert.That(error!.Message, Does.Contain("nested deeper"));
    }

    [Test]
    public void Entities_are_written_plainly_where_the_schema_knows_their_types()
    {
        CedarSchema schema = Parse(Medical);
        const string Json = """
            [{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": "2024-01-01"},
              "parents": [{"type": "Role", "id": "r"}]},
             {"uid": {"type": "Record", "id": "r"}, "attrs": {"patient": {"type": "Patient", "id": "p"}, "labels": ["PSY"]},
              "parents": [], "tags": {"t": [1]}}]
            """;
        Assert.That(EntityJson.TryRead(Text.Utf8(Json), schema, out EntityStore? store, out string? reason), Is.True, reason);
        Assert.That(store!.Find(new EntityUid("Clinician", "c"))!.Attributes["since"], Is.TypeOf<DateTimeValue>());
        Assert.That(store.Find(new EntityUid("Record", "r"))!.Attributes["patient"], Is.TypeOf<EntityValue>());
        Assert.That(store.IsIn(Read, new EntityUid("Action", "all")), Is.True, "actions come with the schema");
    }

    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {}, "parents": []}]""", "missing")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": 1, "parents": []}]""", "JSON object")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "x": 1}, "parents": []}]""", "no attribute")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": "3"}, "parents": []}]""", "Long")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": "soon"}, "parents": []}]""", "no datetime")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": {"fn": "ip", "arg": "::"}}, "parents": []}]""",
        "datetime is needed")]
    [TestCase("""[{"uid": {"type": "Patient", "id": "p"}, "attrs": {}, "parents": [{"type": "Role", "id": "r"}]}]""", "does not let")]
    [TestCase("""[{"uid": {"type": "Patient", "id": "p"}, "attrs": {}, "parents": [], "tags": {"t": 1}}]""", "no tags")]
    [TestCase("""[{"uid": {"type": "Purpose", "id": "FUN"}, "attrs": {}, "parents": []}]""", "no entity")]
    [TestCase("""[{"uid": {"type": "Nobody", "id": "n"}, "attrs": {}, "parents": []}]""", "declares neither")]
    public void Entities_that_break_the_schema_are_refused(string json, string advice)
    {
        Assert.That(EntityJson.TryRead(Text.Utf8(json), Parse(Medical), out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain(advice));
    }

    [Test]
    public void Json_form_declares_the_same()
    {
        const string Json = """
            {"": {"commonTypes": {"Level": {"type": "Long"}, "Ctx": {"type": "Record", "attributes": {"n": {"type": "Level"}}}},
                  "entityTypes": {"Role": {}, "Purpose": {"enum": ["TREAT", "HRESCH"]},
                    "Clinician": {"memberOfTypes": ["Role"], "tags": {"type": "Set", "element": {"type": "String"}},
                      "shape": {"type": "Record", "attributes": {"level": {"type": "EntityOrCommon", "name": "Level"},
                                     "boss": {"type": "Entity", "name": "Clinician", "required": false},
                                     "ip": {"type": "Extension", "name": "ipaddr"}, "on": {"type": "Boolean"}}}}},
                  "actions": {"all": {}, "read": {"memberOf": [{"id": "all"}],
                    "appliesTo": {"principalTypes": ["Clinician"], "resourceTypes": ["Role"], "context": {"type": "Ctx"}}}}},
             "Lab": {"entityTypes": {}, "actions": {"run": {"memberOf": [{"type": "Action", "id": "all"}]}}}}
            """;
        const string Same = """
            type Level = Long; type Ctx = { n: Level };
            entity Role; entity Purpose enum ["TREAT", "HRESCH"];
            entity Clinician in Role { level: Level, boss?: Clinician, ip: ipaddr, on: Bool } tags Set<String>;
            action all; action read in all appliesTo { principal: Clinician, resource: Role, context: Ctx };
            namespace Lab { action run in Action::"all"; }
            """;
        Assert.That(CedarSchema.TryParseJson(Text.Utf8(Json), out CedarSchema? schema, out PolicyError? error), Is.True, error?.Message);
        Assert.That(Describe(schema!), Is.EqualTo(Describe(Parse(Same))));
    }

    [TestCase("[]", "JSON object")]
    [TestCase("{\"if\": {}}", "no namespace")]
    [TestCase("{\"\": {\"entityTypes\": {\"a b\": {}}}}", "no name of a type")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {\"shape\": {\"type\": \"Long\"}}}, \"actions\": {}}}", "are a record")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {\"shape\": {\"type\": \"Set\"}}}}}", "missing")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {\"shape\": {}}}}}", "a text is needed")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {\"enum\": []}}}}", "at least one")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {\"memberOfTypes\": \"B\"}}}}", "JSON array")]
    [TestCase("{\"\": {\"entityTypes\": {\"A\": {}, \"A\": {}}}}", "uplicate")]
    [TestCase("{\"\": {\"entityTypes\": {\"\\ud800\": {}}}}", "surrogate")]
    [TestCase(
        "{\"\": {\"commonTypes\": {\"T\": {\"type\": \"Entity\", \"name\": \"T\"}}, \"entityTypes\": {}, \"actions\": {}}}",
        "no entity type T")]
    [TestCase("{", "cannot be read")]
    public void Json_that_is_no_schema_is_refused(string json, string reason)
    {
        Assert.That(CedarSchema.TryParseJson(Text.Utf8(json), out _, out PolicyError? error), Is.False);
        Assert.That(error!.Message, Does.Contain(reason));
    }

    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""", null)]
    [TestCase("""{"purpose": {"type": "Patient", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""",
        "type Purpose is needed")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "FUN"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""", "no entity")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": 1, "grant": {"uses": 1, "revoked": false}}""", "\"fn\"")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1}}""", "missing")]
    public void Context_has_the_type_of_its_action(string json, string? advice)
    {
        bool read = EntityJson.TryReadContext(Text.Utf8(json), Parse(Medical), Read, out _, out string? reason);
        Assert.That(read, Is.EqualTo(advice is null), reason);
        Assert.That(reason, advice is null ? Is.Null : Does.Contain(advice));
    }

    private static CedarSchema Parse(string text)
    {
        Assert.That(CedarSchema.TryParse(text, out CedarSchema? schema, out PolicyError? error), Is.True, error?.ToString());
        return schema!;
    }

    /// <summary>Everything that a schema declares, as text.</summary>
    private static string Describe(CedarSchema schema) => string.Join('\n', schema.EntityTypes.Values
        .Select(type => $"{type.Name} in [{string.Join(',', type.Parents.Order())}] {Describe(type.Attributes)} tags {Describe(type.Tags)} "
            + (type.Ids.IsDefault ? "" : string.Join(',', type.Ids)))
        .Concat(schema.Actions.Values.OrderBy(action => action.Uid.ToString(), StringComparer.Ordinal).Select(action =>
            $"{action.Uid} in [{string.Join(',', action.Parents)}] {string.Join(',', action.Principals.Order())} "
            + $"{string.Join(',', action.Resources.Order())} {Describe(action.Context)}")));

    private static string Describe(SchemaType? type) => type switch
    {
        null => "none",
        SchemaType.SetOf set => $"Set<{Describe(set.Element)}>",
        SchemaType.RecordOf record =>
            $"{{{string.Join(", ", record.Attributes.Select(item => $"{item.Key} {item.Value.IsRequired} {Describe(item.Value.Type)}"))}}}",
        _ => type.Name,
    };
}
