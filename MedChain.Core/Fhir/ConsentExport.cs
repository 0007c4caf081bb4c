using System.Buffers;
using System.Text.Json;

namespace MedChain.Core.Fhir;

/// <summary>Writes consents as FHIR R4 JSON.</summary>
public static class ConsentExport
{
    /// <summary>Writes an imported Consent with everything that it had, also what its policies do not express.</summary>
    /// <param name="consent">The Consent.</param>
    /// <returns>The resource in UTF-8 without insignificant white space; order and numbers are as they came.</returns>
    public static byte[] Write(ImportedConsent consent)
    {
        ArgumentNullException.ThrowIfNull(consent);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            consent.Document.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
