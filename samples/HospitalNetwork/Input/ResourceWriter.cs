using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Coding = MedChain.Samples.HospitalNetwork.Input.BundleGenerator.Coding;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Writes one invented patient's FHIR R4 resources.</summary>
internal sealed class ResourceWriter
{
    private readonly string _subject;

    public ResourceWriter(ref SplitMix64 random)
    {
        PatientId = NewId(ref random);
        _subject = $"urn:uuid:{PatientId}";
    }

    public string PatientId { get; }

    public RecordSplitter Splitter { get; } = new();

    public void Patient(BundleGenerator.Person person) => Write("Patient", PatientId, writer =>
    {
        writer.WriteString("gender", person.Gender);
        writer.WriteString("birthDate", Day(person.BirthDate));
    });

    public void Condition(ref SplitMix64 random, Coding code, DateOnly onset) => Write("Condition", NewId(ref random), writer =>
    {
        Concept(writer, "clinicalStatus", new Coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"));
        Concept(
            writer,
            "verificationStatus",
            new Coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"));
        Concept(writer, "code", code);
        Subject(writer);
        writer.WriteString("onsetDateTime", Day(onset));
    });

    public void Quantity(ref SplitMix64 random, Coding code, DateOnly day, decimal value, string unit) =>
        Observation(ref random, code, day, writer => Value(writer, value, unit));

    public void Coded(ref SplitMix64 random, Coding code, DateOnly day, Coding value) =>
        Observation(ref random, code, day, writer => Concept(writer, "valueCodeableConcept", value));

    public void Panel(ref SplitMix64 random, Coding code, DateOnly day, (Coding Code, int Value)[] components, string unit) =>
        Observation(ref random, code, day, writer =>
        {
            writer.WriteStartArray("component");
            foreach ((Coding component, int value) in components)
            {
                writer.WriteStartObject();
                Concept(writer, "code", component);
                Value(writer, value, unit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });

    private static string NewId(ref SplitMix64 random)
    {
        // Version 4, variant 1 (RFC 9562), so that readers that check the form of a UUID accept it.
        ulong high = (random.Next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        ulong low = (random.Next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        string hex = $"{high:x16}{low:x16}";
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Concept(Utf8JsonWriter writer, string name, Coding coding)
    {
        writer.WriteStartObject(name);
        writer.WriteStartArray("coding");
        writer.WriteStartObject();
        writer.WriteString("system", coding.System);
        writer.WriteString("code", coding.Code);
        writer.WriteString("display", coding.Display);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter writer, decimal value, string unit)
    {
        writer.WriteStartObject("valueQuantity");
        writer.WriteNumber("value", value);
        writer.WriteString("unit", unit);
        writer.WriteString("system", "http://unitsofmeasure.org");
        writer.WriteString("code", unit);
        writer.WriteEndObject();
    }

    private void Observation(ref SplitMix64 random, Coding code, DateOnly day, Action<Utf8JsonWriter> value) =>
        Write("Observation", NewId(ref random), writer =>
        {
            writer.WriteString("status", "final");
            Concept(writer, "code", code);
            Subject(writer);
            writer.WriteString("effectiveDateTime", Day(day));
            value(writer);
        });

    private void Subject(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("subject");
        writer.WriteString("reference", _subject);
        writer.WriteEndObject();
    }

    private void Write(string type, string id, Action<Utf8JsonWriter> content)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", type);
            writer.WriteString("id", id);
            content(writer);
            writer.WriteEndObject();
        }

        Splitter.Add(type, output.WrittenMemory, $"urn:uuid:{id}");
    }
}
