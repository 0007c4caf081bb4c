using System.Globalization;

namespace MedChain.Core.Tests.Computations;

/// <summary>Small FHIR R4 Bundles in JSON.</summary>
internal static class Bundles
{
    public const string Bmi = "39156-5";
    public const string BloodPressure = "55284-4";
    public const string Systolic = "8480-6";
    public const string Smoking = "72166-2";
    public const string Hypertension = "38341003";

    public static ReadOnlyMemory<byte> Of(params string[] resources)
    {
        string entries = string.Join(',', resources.Select(resource => $$"""{"resource":{{resource}}}"""));
        return System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Bundle","type":"collection","entry":[{{entries}}]}""");
    }

    public static string Observation(string code, string value, string time = "2019-01-01", string id = "a", string status = "final") =>
        $$"""
        {"resourceType":"Observation","id":"{{id}}","status":"{{status}}","code":{"coding":[{"code":"{{code}}"}]},
         "effectiveDateTime":"{{time}}",{{value}}}
        """;

    public static string Bmis(string number, string time = "2019-01-01", string id = "a") => Observation(Bmi, Quantity(number), time, id);

    public static string Quantity(string number) => $$"""  "valueQuantity":{"value":{{number}},"unit":"kg/m2" } """;

    public static string Panel(string component, string number, string time = "2019-01-01") => Observation(
        BloodPressure, $$"""  "component":[{"code":{"coding":[{"code":"{{component}}" }] },{{Quantity(number)}} }] """, time);

    public static string Coded(string value, string time = "2019-01-01") =>
        Observation(Smoking, $$"""  "valueCodeableConcept":{"coding":[{"code":"{{value}}" }] } """, time);

    public static string Condition(string code, string verification = "confirmed") =>
        $$"""
        {"resourceType":"Condition","verificationStatus":{"coding":[{"code":"{{verification}}"}]},
         "code":{"coding":[{"code":"{{code}}" }] } }
        """;

    public static string Patient(string? gender) => gender is null
        ? """{"resourceType":"Patient","id":"p"}"""
        : $$"""{"resourceType":"Patient","id":"p","gender":"{{gender}}" }""";

    public static string Invariant(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
