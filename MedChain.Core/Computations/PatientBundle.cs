using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace MedChain.Core.Computations;

/// <summary>One patient's records of one category, each read as a FHIR R4 Bundle, seen as one. The text stays where it is: nothing of it is
/// copied but what a computation asks for.</summary>
internal sealed class PatientBundle : IDisposable
{
    /// <summary>Largest record, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private readonly List<(JsonDocument Document, JsonElement Entries)> _records = [];

    private PatientBundle()
    {
    }

    /// <summary>Reads a patient's records; if one cannot be read it is <see langword="false"/> and a reason without any of its
    /// content.</summary>
    public static bool TryOpen(
        IReadOnlyList<ReadOnlyMemory<byte>> records,
        [NotNullWhen(true)] out PatientBundle? bundle,
        [NotNullWhen(false)] out string? reason)
    {
        bundle = new PatientBundle();
        foreach (ReadOnlyMemory<byte> record in records)
        {
            if (!TryOpen(record, out (JsonDocument, JsonElement) opened, out reason))
            {
                bundle.Dispose();
                bundle = null;
                return false;
            }

            bundle._records.Add(opened);
        }

        reason = null;
        return true;
    }

    private static bool TryOpen(
        ReadOnlyMemory<byte> utf8, out (JsonDocument Document, JsonElement Entries) record, [NotNullWhen(false)] out string? reason)
    {
        record = default;
        reason = null;
        if (utf8.Length > MaxBytes)
        {
            reason = $"The record has {utf8.Length} bytes; the limit is {MaxBytes}.";
            return false;
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            reason = "The record is not valid UTF-8.";
            return false;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException e)
        {
            // The exception's own message may quote the record.
            string place = e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine})" : "";
            reason = $"The record is no valid JSON, is nested deeper than {MaxDepth}, or names a property twice{place}.";
            return false;
        }

        reason = Complaint(document.RootElement, out JsonElement entries);
        if (reason is not null)
        {
            document.Dispose();
            return false;
        }

        record = (document, entries);
        return true;
    }

    /// <summary>Gets the resources of one type, in the records' order, without those that were entered in error.</summary>
    public IEnumerable<JsonElement> Resources(string type)
    {
        IEnumerable<JsonElement> entries = _records
            .Where(r => r.Entries.ValueKind == JsonValueKind.Array)
            .SelectMany(r => r.Entries.EnumerateArray());
        foreach (JsonElement entry in entries)
        {
            if (entry.TryGetProperty("resource"u8, out JsonElement resource)
                && HasText(resource, "resourceType"u8, type)
                && !IsError(resource))
            {
                yield return resource;
            }
        }
    }

    /// <summary>Finds the last of the observations of a code that <paramref name="counts"/> accepts.</summary>
    /// <returns>The observation, or <see langword="default"/> if there is none.</returns>
    public JsonElement LastObservation(string code, Func<JsonElement, bool> counts)
    {
        JsonElement last = default;
        (string Time, string Id) lastKey = default;
        foreach (JsonElement observation in Resources("Observation"))
        {
            if (!IsCoded(observation, code) || !counts(observation))
            {
                continue;
            }

            (string Time, string Id) key = (Text(observation, "effectiveDateTime"u8), Text(observation, "id"u8));
            if (last.ValueKind == JsonValueKind.Undefined || Compare(key, lastKey) >= 0)
            {
                last = observation;
                lastKey = key;
            }
        }

        return last;
    }

    /// <summary>Says whether the patient has a condition.</summary>
    public bool HasCondition(string code) => Resources("Condition").Any(condition => IsCoded(condition, code));

    public void Dispose()
    {
        foreach ((JsonDocument document, _) in _records)
        {
            document.Dispose();
        }
    }

    /// <summary>Says whether the first coding of the <c>code</c> of a resource or a component is this code.</summary>
    public static bool IsCoded(JsonElement element, string code) =>
        TryGetObject(element, "code"u8, out JsonElement concept)
        && TryGetFirstCoding(concept, out JsonElement coding)
        && HasText(coding, "code"u8, code);

    public static bool TryGetObject(JsonElement element, ReadOnlySpan<byte> name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    /// <summary>Finds the first coding of a CodeableConcept.</summary>
    public static bool TryGetFirstCoding(JsonElement concept, out JsonElement coding)
    {
        coding = default;
        if (!concept.TryGetProperty("coding"u8, out JsonElement codings)
            || codings.ValueKind != JsonValueKind.Array
            || codings.GetArrayLength() == 0)
        {
            return false;
        }

        coding = codings[0];
        return coding.ValueKind == JsonValueKind.Object;
    }

    /// <summary>Gets a text property; empty if there is none.</summary>
    public static string Text(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static bool HasText(JsonElement element, ReadOnlySpan<byte> name, string text) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool IsError(JsonElement resource) =>
        HasText(resource, "status"u8, "entered-in-error")
        || (TryGetObject(resource, "verificationStatus"u8, out JsonElement verification)
            && TryGetFirstCoding(verification, out JsonElement coding)
            && HasText(coding, "code"u8, "entered-in-error"));

    private static int Compare((string Time, string Id) left, (string Time, string Id) right)
    {
        int byTime = string.CompareOrdinal(left.Time, right.Time);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Id, right.Id);
    }

    private static string? Complaint(JsonElement root, out JsonElement entries)
    {
        entries = default;
        if (root.ValueKind != JsonValueKind.Object || !HasText(root, "resourceType"u8, "Bundle"))
        {
            return "The record is no FHIR Bundle.";
        }

        if (!root.TryGetProperty("entry"u8, out entries))
        {
            return null;
        }

        if (entries.ValueKind != JsonValueKind.Array)
        {
            return "The Bundle's 'entry' is no array.";
        }

        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object
                || (entry.TryGetProperty("resource"u8, out JsonElement resource) && resource.ValueKind != JsonValueKind.Object))
            {
                return "An entry of the Bundle is no object, or its 'resource' is none.";
            }
        }

        return null;
    }
}
