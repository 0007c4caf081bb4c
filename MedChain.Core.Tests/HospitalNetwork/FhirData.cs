using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

/// <summary>FHIR data that is no part of the repository: in the folder that <c>MEDCHAIN_FHIR_DATA</c> names, or beside the
/// repository.</summary>
internal static class FhirData
{
    /// <summary>Gets the path of a file or folder of the data, or reports the test as ignored when it is absent.</summary>
    public static string Require(string name)
    {
        string folder = Environment.GetEnvironmentVariable("MEDCHAIN_FHIR_DATA")
            ?? Path.Combine(Repository.Root, "..", "shared", "data", "fhir");
        string path = Path.GetFullPath(Path.Combine(folder, name));
        if (!Path.Exists(path))
        {
            Assert.Ignore($"There is no '{name}' in the FHIR data; set MEDCHAIN_FHIR_DATA to its folder.");
        }

        return path;
    }
}
