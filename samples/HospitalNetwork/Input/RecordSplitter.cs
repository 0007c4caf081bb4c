using System.Buffers;
using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Sorts one patient's resources into the two categories of records. Resources are copied byte for byte.</summary>
internal sealed class RecordSplitter
{
    private readonly List<Entry> _clinical = [];
    private readonly List<Entry> _laboratory = [];

    /// <summary>Says whether resources of a type belong to the laboratory's record.</summary>
    public static bool IsLaboratory(string resourceType) => resourceType is "Observation" or "DiagnosticReport";

    /// <summary>Adds a resource.</summary>
    /// <param name="resourceType">Its type.</param>
    /// <param name="json">Its text, a valid JSON object in UTF-8.</param>
    /// <param name="fullUrl">The <c>fullUrl</c> of its entry, to which other resources may refer.</param>
    public void Add(string resourceType, ReadOnlyMemory<byte> json, string? fullUrl) =>
        (IsLaboratory(resourceType) ? _laboratory : _clinical).Add(new Entry(fullUrl, json));

    public PatientInput Build(string id) => new(id, Bundle(_clinical), _laboratory.Count == 0 ? null : Bundle(_laboratory));

    private static byte[] Bundle(List<Entry> entries)
    {
        var output = new ArrayBufferWriter<byte>(entries.Sum(entry => entry.Json.Length + 128) + 128);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", "Bundle");
            writer.WriteString("type", "collection");
            writer.WriteStartArray("entry");
            foreach (Entry entry in entries)
            {
                writer.WriteStartObject();
                if (entry.FullUrl is not null)
                {
                    writer.WriteString("fullUrl", entry.FullUrl);
                }

                writer.WritePropertyName("resource");
                writer.WriteRawValue(entry.Json.Span, skipInputValidation: true);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private readonly record struct Entry(string? FullUrl, ReadOnlyMemory<byte> Json);
}
