using NUnit.Framework;

namespace MedChain.Core.Tests;

/// <summary>Where the tests' own sources and documents are.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution file, above the tests' output.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MedChain.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
