using System.Globalization;
using System.Text;

namespace MedChain.Samples.PatientControl.Scenes;

/// <summary>Records of invented patients; nothing of any real person.</summary>
internal static class Generated
{
    /// <summary>The code of the body mass index.</summary>
    public const string Bmi = "39156-5";

    /// <summary>A laboratory record: a FHIR R4 Bundle with one body mass index.</summary>
    public static byte[] Laboratory(decimal bmi) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$$"""
        {"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","id":"bmi","status":"final",
        "code":{"coding":[{"system":"http://loinc.org","code":"{{{{Bmi}}}}"}]},"effectiveDateTime":"2024-05-01",
        "valueQuantity":{"value":{{{{bmi}}}},"unit":"kg/m2","system":"http://unitsofmeasure.org","code":"kg/m2"}}}]}
        """));

    /// <summary>A note of a visit, also a Bundle.</summary>
    public static byte[] Note(string text) => Encoding.UTF8.GetBytes(
        $$$"""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic","id":"{{{text}}}"}}]}""");

    /// <summary>Bytes that look like an image: several chunks.</summary>
    public static byte[] Image(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)((i * 31) % 251))];
}
