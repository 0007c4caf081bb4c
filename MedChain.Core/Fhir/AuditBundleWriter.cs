using System.Buffers;
using System.Text.Json;

namespace MedChain.Core.Fhir;

/// <summary>Writes the lines of an audit trail as a FHIR R4 Bundle of AuditEvents, and of Provenances where something happened to a
/// record.</summary>
internal static class AuditBundleWriter
{
    public static byte[] Write(IEnumerable<FhirAuditEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "collection");
            bool isOpen = false;
            foreach (FhirAuditEntry entry in entries)
            {
                // FHIR has no empty lists.
                if (!isOpen)
                {
                    json.WriteStartArray("entry");
                    isOpen = true;
                }

                WriteEntry(json, entry.Id, entry, WriteAuditEvent);
                if (entry.Activity is { } activity)
                {
                    // Of the same line, so its name follows from it: the last digit says which of the two.
                    WriteEntry(json, $"{entry.Id[..^1]}1", entry, (writer, line) => WriteProvenance(writer, line, activity));
                }
            }

            if (isOpen)
            {
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string id, FhirAuditEntry entry, Action<Utf8JsonWriter, FhirAuditEntry> write)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", $"urn:uuid:{id}");
        json.WriteStartObject("resource");
        write(json, entry);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAuditEvent(Utf8JsonWriter json, FhirAuditEntry entry)
    {
        json.WriteString("resourceType", "AuditEvent");
        json.WritePropertyName("type");
        json.WriteCoding(entry.Type);
        if (entry.Subtype is { } subtype)
        {
            json.WriteStartArray("subtype");
            json.WriteCoding(subtype);
            json.WriteEndArray();
        }

        json.WriteString("action", entry.Action);
        json.WriteInstant("recorded", entry.Recorded);
        json.WriteString("outcome", entry.Outcome);
        json.WriteString("outcomeDesc", FhirWriting.Clean(entry.Description));
        if (entry.Purpose is { } purpose)
        {
            json.WriteConcepts("purposeOfEvent", purpose);
        }

        json.WriteStartArray("agent");
        foreach (FhirAgent agent in entry.Agents)
        {
            json.WriteStartObject();
            json.WriteConcept("type", agent.Role);
            json.WriteReference("who", agent.Who);
            json.WriteBoolean("requestor", agent.IsRequestor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("source");
        json.WriteReference("observer", entry.Source);
        json.WriteStartArray("type");
        json.WriteCoding(FhirCode.ApplicationServer);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("entity");
        foreach (FhirEntity entity in entry.Entities)
        {
            WriteEntity(json, entity);
        }

        json.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter json, FhirEntity entity)
    {
        json.WriteStartObject();
        json.WriteReference("what", entity.What);
        json.WritePropertyName("type");
        json.WriteCoding(entity.Type);
        json.WritePropertyName("role");
        json.WriteCoding(entity.Role);
        if (!entity.Details.IsEmpty)
        {
            json.WriteStartArray("detail");
            foreach ((string name, string text) in entity.Details)
            {
                json.WriteStartObject();
                json.WriteString("type", name);
                json.WriteString("valueString", FhirWriting.Clean(text));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteProvenance(Utf8JsonWriter json, FhirAuditEntry entry, FhirCode activity)
    {
        json.WriteString("resourceType", "Provenance");
        json.WriteStartArray("target");
        json.WriteStartObject();
        json.WriteReferenceBody(entry.Entities[^1].What);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteInstant("recorded", entry.Recorded);
        if (entry.Purpose is { } purpose)
        {
            json.WriteConcepts("reason", purpose);
        }

        json.WriteConcept("activity", activity);
        json.WriteStartArray("agent");
        foreach (FhirAgent agent in entry.Agents)
        {
            json.WriteStartObject();
            json.WriteConcept("type", ProvenanceRoleOf(agent));
            json.WriteReference("who", agent.Who);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static FhirCode ProvenanceRoleOf(FhirAgent agent) => agent switch
    {
        { IsRequestor: true } => FhirCode.Provenance("performer", "Performer"),
        { Role.Code: "CST" } => FhirCode.Provenance("custodian", "Custodian"),
        _ => FhirCode.Provenance("assembler", "Assembler"),
    };
}
