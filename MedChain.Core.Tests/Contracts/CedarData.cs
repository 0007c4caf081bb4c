using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>Finds Cedar's public conformance data, which is no part of the repository.</summary>
internal static class CedarData
{
    private const string Variable = "MEDCHAIN_CEDAR_DATA";

    /// <summary>The folder of the data; ends the test as ignored where there is none.</summary>
    public static string Folder
    {
        get
        {
            string folder = Environment.GetEnvironmentVariable(Variable)
                ?? Path.Combine(Repository.Root, "..", "shared", "data", "cedar");
            if (!Directory.Exists(folder))
            {
                Assert.Ignore($"No Cedar conformance data; set {Variable} to its folder.");
            }

            return folder;
        }
    }
}
