using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;

namespace MedChain.Core.Tests.Fhir;

/// <summary>What Firely's SDK, an implementation that is not ours, finds wrong with a resource of FHIR R4.</summary>
internal static class FirelyCheck
{
    public static IReadOnlyList<string> ProblemsOf(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var deserializer = new BaseFhirJsonDeserializer(ModelInfo.ModelInspector);
        bool read = deserializer.TryDeserializeResource(ref reader, out Resource? resource, out IEnumerable<CodedException> problems);
        return read && resource is Consent ? [] : [.. problems.Select(problem => problem.Message).Append("no valid Consent")];
    }
}
