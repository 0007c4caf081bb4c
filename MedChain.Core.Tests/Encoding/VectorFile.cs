using System.Text.Json;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Encoding;

/// <summary>Reads the language-neutral test vectors.</summary>
internal static class VectorFile
{
    public static JsonElement Load(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Vectors", name));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }

    /// <summary>One test case for each element of the array <paramref name="property"/>, called by the element's "name".</summary>
    public static IEnumerable<TestCaseData> Cases(string name, string property = "cases") =>
        Load(name).GetProperty(property).EnumerateArray().Select(
            vector => new TestCaseData(vector).SetArgDisplayNames(vector.GetProperty("name").GetString()!));

    public static byte[] Bytes(this JsonElement vector, string property) =>
        Convert.FromHexString(vector.GetProperty(property).GetString()!);

    public static string Text(this JsonElement vector, string property) => vector.GetProperty(property).GetString()!;

    public static Digest Digest(this JsonElement vector, string property) => new(vector.Bytes(property));
}
