using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using NUnit.Framework;

namespace MedChain.Core.Tests.Fhir;

/// <summary>What Firely's SDK, an implementation that is not ours, finds wrong with a resource of FHIR R4.</summary>
internal static class FirelyCheck
{
    /// <summary>Reads a resource that must be valid.</summary>
    public static T Read<T>(byte[] utf8)
        where T : Resource
    {
        IReadOnlyList<string> problems = ProblemsOf<T>(utf8, out T? resource);
        Assert.That(problems, Is.Empty);
        return resource!;
    }

    public static IReadOnlyList<string> ProblemsOf(byte[] utf8) => ProblemsOf<Consent>(utf8, out _);

    private static IReadOnlyList<string> ProblemsOf<T>(byte[] utf8, out T? found)
        where T : Resource
    {
        var reader = new Utf8JsonReader(utf8);
        var deserializer = new BaseFhirJsonDeserializer(ModelInfo.ModelInspector);
        bool read = deserializer.TryDeserializeResource(ref reader, out Resource? resource, out IEnumerable<CodedException> problems);
        found = read ? resource as T : null;
        return found is not null ? [] : [.. problems.Select(problem => problem.Message).Append($"no valid {typeof(T).Name}")];
    }
}
