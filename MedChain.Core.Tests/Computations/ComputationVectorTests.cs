using System.Text.Json;
using MedChain.Core.Computations;
using MedChain.Core.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Computations;

/// <summary>Vectors made by a program in another language, with rational numbers and an encoder of its own.</summary>
[TestFixture]
public sealed class ComputationVectorTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        using JsonDocument vectors = Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return new TestCaseData(vector.Clone()).SetArgDisplayNames(vector.GetProperty("computation").GetString()!);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Computation_gives_the_expected_bytes(JsonElement vector)
    {
        var computation = Canonical.Decode<Computation>(Convert.FromHexString(vector.GetProperty("encoding").GetString()!));
        var engine = new ComputationEngine(computation);
        using JsonDocument vectors = Vectors();
        foreach (JsonElement patient in vectors.RootElement.GetProperty("patients").EnumerateArray())
        {
            Assert.That(engine.TryAdd(System.Text.Encoding.UTF8.GetBytes(patient.GetRawText()), out string? reason), reason);
        }

        ComputationResult result = engine.Finish();

        Assert.That(computation.ToString(), Is.EqualTo(vector.GetProperty("computation").GetString()));
        Assert.That(
            result.Figures.Select(figure => figure.ToString()),
            Is.EqualTo(vector.GetProperty("figures").EnumerateArray().Select(figure => figure.GetString())));
        Assert.That(result.Digest.ToString(), Is.EqualTo(vector.GetProperty("resultDigest").GetString()));
    }

    private static JsonDocument Vectors() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "computations.json")));
}
