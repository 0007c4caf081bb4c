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
        entity Purpose enum ["TREAT", "HRESCH",];
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
    [TestCase("entity A in [B];", 1, 14, "no entity type B")]
    [TestCase("entity A = { b: B };", 1, 17, "no type B")]
    [TestCase("entity A = { b: Long, b: Long };", 1, 26, "twice")]
    [TestCase("type A = B; type B = Set<A>;", 1, 1, "contains itself")]
    [TestCase("type Long = String;", 1, 1, "another name")]
    [TestCase("action a in [b];", 1, 14, "no action")]
    [TestCase("action a appliesTo { context: Long };", 1, 31, "record")]
    [TestCase("action a appliesTo { principal: [], principal: [] };", 1, 37, "once")]
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
            [{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": "2024-01-01"}, "parents": [{"type": "Role", "id": "r"}]},
             {"uid": {"type": "Record", "id": "r"}, "attrs": {"patient": {"type": "Patient", "id": "p"}, "labels": ["PSY"]}, "tags": {"t": [1]}}]
            """;
        Assert.That(EntityJson.TryRead(System.Text.Encoding.UTF8.GetBytes(Json), schema, out EntityStore? store, out string? reason), Is.True, reason);
        Assert.That(store!.Find(new EntityUid("Clinician", "c"))!.Attributes["since"], Is.TypeOf<DateTimeValue>());
        Assert.That(store.Find(new EntityUid("Record", "r"))!.Attributes["patient"], Is.TypeOf<EntityValue>());
        Assert.That(store.IsIn(Read, new EntityUid("Action", "all")), Is.True, "actions come with the schema");
    }

    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {}}]""", "missing")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}}]""", "JSON object")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "x": 1}}]""", "no attribute")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": "3"}}]""", "Long")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": "soon"}}]""", "no datetime")]
    [TestCase("""[{"uid": {"type": "Clinician", "id": "c"}, "attrs": {"level": 3, "since": {"fn": "ip", "arg": "::"}}}]""", "datetime is needed")]
    [TestCase("""[{"uid": {"type": "Patient", "id": "p"}, "parents": [{"type": "Role", "id": "r"}]}]""", "does not let")]
    [TestCase("""[{"uid": {"type": "Patient", "id": "p"}, "tags": {"t": 1}}]""", "no tags")]
    [TestCase("""[{"uid": {"type": "Purpose", "id": "FUN"}}]""", "no entity")]
    [TestCase("""[{"uid": {"type": "Nobody", "id": "n"}}]""", "declares neither")]
    public void Entities_that_break_the_schema_are_refused(string json, string advice)
    {
        Assert.That(EntityJson.TryRead(System.Text.Encoding.UTF8.GetBytes(json), Parse(Medical), out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain(advice));
    }

    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""", null)]
    [TestCase("""{"purpose": {"type": "Patient", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""", "type Purpose is needed")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "FUN"}, "ratio": "0.5", "grant": {"uses": 1, "revoked": false}}""", "no entity")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": 1, "grant": {"uses": 1, "revoked": false}}""", "\"fn\"")]
    [TestCase("""{"purpose": {"type": "Purpose", "id": "TREAT"}, "ratio": "0.5", "grant": {"uses": 1}}""", "missing")]
    public void Context_has_the_type_of_its_action(string json, string? advice)
    {
        bool read = EntityJson.TryReadContext(System.Text.Encoding.UTF8.GetBytes(json), Parse(Medical), Read, out _, out string? reason);
        Assert.That(read, Is.EqualTo(advice is null), reason);
        Assert.That(reason, advice is null ? Is.Null : Does.Contain(advice));
    }

    private static CedarSchema Parse(string text)
    {
        Assert.That(CedarSchema.TryParse(text, out CedarSchema? schema, out PolicyError? error), Is.True, error?.ToString());
        return schema!;
    }
}
