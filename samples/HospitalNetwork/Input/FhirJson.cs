using System.Text.Json;
using System.Text.Unicode;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Careful looks into JSON that may be anything.</summary>
internal static class FhirJson
{
    private const int MaxIdLength = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a text in UTF-8, with or without a byte order mark.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidOperationException">The text is not valid UTF-8: what System.Text.Json throws too, but only when it meets
    /// such a text.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8) =>
        Utf8.IsValid(utf8.Span)
            ? JsonDocument.Parse(utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8, Options)
            : throw new InvalidOperationException("The text is not valid UTF-8.");

    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Gets the identifier that a resource's <c>subject</c> or <c>patient</c> refers to, as in <c>urn:uuid:ID</c> or
    /// <c>Patient/ID</c>; <see langword="null"/> if it refers to none, or to something that is no patient.</summary>
    public static string? PatientReference(JsonElement resource) =>
        (resource.TryGetProperty("subject", out JsonElement subject) || resource.TryGetProperty("patient", out subject))
        && Text(subject, "reference") is { } reference
        && (!reference.Contains('/', StringComparison.Ordinal) || reference.Contains("Patient/", StringComparison.Ordinal))
            ? LastPart(reference)
            : null;

    /// <summary>Gets what follows the last colon or slash of a reference or a <c>fullUrl</c>.</summary>
    public static string LastPart(string reference) => reference[(reference.LastIndexOfAny([':', '/']) + 1)..];

    /// <summary>Says whether a text has the form of a FHIR <c>id</c>: 1 to 64 ASCII letters, digits, hyphens and points.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= MaxIdLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    /// <summary>Says in words why some input could not be read; <see langword="null"/> for an exception that is no matter of the
    /// input.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line } json => $"is no valid JSON (line {line + 1}, byte {json.BytePositionInLine})",
        JsonException => "is no valid JSON, or names a property twice",
        InvalidDataException => "is damaged or truncated gzip",
        InvalidOperationException => "has a text that is not valid Unicode",
        UnauthorizedAccessException or IOException => $"cannot be read: {exception.Message}",
        _ => null,
    };
}
