using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MedChain.Core.Fhir;

/// <summary>Parts that several resources have.</summary>
internal static class FhirWriting
{
    public static void WriteCoding(this Utf8JsonWriter json, FhirCode code)
    {
        json.WriteStartObject();
        json.WriteString("system", code.System);
        json.WriteString("code", code.Code);
        if (code.Display.Length > 0)
        {
            json.WriteString("display", code.Display);
        }

        json.WriteEndObject();
    }

    /// <summary>A concept of one code, under a name.</summary>
    public static void WriteConcept(this Utf8JsonWriter json, string name, FhirCode code)
    {
        json.WriteStartObject(name);
        json.WriteConceptBody(code);
        json.WriteEndObject();
    }

    /// <summary>A list of one concept of one code.</summary>
    public static void WriteConcepts(this Utf8JsonWriter json, string name, FhirCode code)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteConceptBody(code);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void WriteReference(this Utf8JsonWriter json, string name, FhirIdentity identity)
    {
        json.WriteStartObject(name);
        json.WriteReferenceBody(identity);
        json.WriteEndObject();
    }

    public static void WriteReferenceBody(this Utf8JsonWriter json, FhirIdentity identity)
    {
        if (identity.Type.Length > 0)
        {
            json.WriteString("type", identity.Type);
        }

        json.WriteStartObject("identifier");
        json.WriteString("system", identity.System);
        json.WriteString("value", Clean(identity.Value));
        json.WriteEndObject();
        if (identity.Display.Length > 0)
        {
            json.WriteString("display", Clean(identity.Display));
        }
    }

    public static void WriteInstant(this Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>FHIR's texts have no control characters and are not blank; what people wrote may be anything.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        string trimmed = clean.ToString().Trim();
        return trimmed.Length > 0 ? trimmed : "-";
    }

    private static void WriteConceptBody(this Utf8JsonWriter json, FhirCode code)
    {
        json.WriteStartArray("coding");
        json.WriteCoding(code);
        json.WriteEndArray();
    }
}
