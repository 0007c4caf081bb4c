using System.Security.Cryptography;
using System.Text.Json;
using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Input;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class BundleGeneratorTests
{
    [Test]
    public void Random_numbers_are_those_of_the_reference_implementation()
    {
        var random = new SplitMix64(1234567);
        ulong[] numbers = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];
        Assert.That(numbers, Is.EqualTo(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL]));
    }

    [Test]
    public void Random_numbers_stay_in_their_range()
    {
        var random = new SplitMix64(1);
        int[] numbers = new int[2000];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.Between(-2, 3);
        }

        Assert.That(numbers.Distinct().Order(), Is.EqualTo([-2, -1, 0, 1, 2, 3]));
    }

    [Test]
    public void One_seed_gives_the_same_bytes_on_every_machine()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PatientInput patient in BundleGenerator.Generate(50, seed: 42))
        {
            hash.AppendData(patient.Clinical);
            hash.AppendData(patient.Laboratory ?? []);
        }

        Assert.That(
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            Is.EqualTo("52e9dd90923e7a398b50a1628d5cb3c26a301f9a4a04507b2e9c6e919df618c0"));
    }

    [Test]
    public void Patient_does_not_depend_on_how_many_are_asked_for() =>
        Assert.That(
            BundleGenerator.Generate(20, seed: 7).Take(5).Select(patient => patient.Clinical),
            Is.EqualTo(BundleGenerator.Generate(5, seed: 7).Select(patient => patient.Clinical)));

    [Test]
    public void Seeds_share_no_patient() =>
        Assert.That(
            Enumerable.Range(0, 20).SelectMany(seed => BundleGenerator.Generate(50, (ulong)seed)).DistinctBy(patient => patient.Id).Count(),
            Is.EqualTo(1000));

    [Test]
    public void Every_resource_has_the_shape_of_FHIR_R4()
    {
        foreach (PatientInput patient in BundleGenerator.Generate(100, seed: 3))
        {
            foreach (JsonElement resource in Resources(patient.Clinical).Concat(Resources(patient.Laboratory)))
            {
                string type = resource.GetProperty("resourceType").GetString()!;
                Assert.That(Guid.TryParseExact(resource.GetProperty("id").GetString(), "D", out Guid id) && id.Version == 4);
                if (type == "Patient")
                {
                    Assert.That(resource.GetProperty("gender").GetString(), Is.AnyOf("female", "male"));
                    Assert.That(DateOnly.TryParse(resource.GetProperty("birthDate").GetString(), out _));
                    continue;
                }

                Assert.That(resource.GetProperty("subject").GetProperty("reference").GetString(), Is.EqualTo($"urn:uuid:{patient.Id}"));
                JsonElement coding = resource.GetProperty("code").GetProperty("coding")[0];
                Assert.That(coding.GetProperty("system").GetString(), Does.StartWith("http://"));
                if (type == "Observation")
                {
                    Assert.That(resource.GetProperty("status").GetString(), Is.EqualTo("final"));
                    Assert.That(DateOnly.TryParse(resource.GetProperty("effectiveDateTime").GetString(), out _));
                    Assert.That(
                        new[] { "valueQuantity", "valueCodeableConcept", "component" }.Count(name => resource.TryGetProperty(name, out _)),
                        Is.EqualTo(1));
                }
            }
        }
    }

    [Test]
    public void Cohort_is_believable()
    {
        DirectFigures figures = DirectFigures.Of(BundleGenerator.Generate(2000, seed: 1));
        double Share(string condition) => figures.Compute(Computation.CountCondition(condition))[0].Value / 2000;
        double Mean(string code, string? component = null) =>
            figures.Compute(Computation.Mean(code, component)).Single(figure => figure.Name == "mean").Value;

        Assert.That(Share("38341003"), Is.InRange(0.15, 0.45), "hypertension");
        Assert.That(Share("44054006"), Is.InRange(0.04, 0.20), "diabetes");
        Assert.That(Share("15777000"), Is.InRange(0.08, 0.35), "prediabetes");
        Assert.That(Share("162864005"), Is.InRange(0.10, 0.35), "obesity");
        Assert.That(Mean("39156-5"), Is.InRange(23, 29));
        Assert.That(Mean("55284-4", "8480-6"), Is.InRange(110, 140));
        Assert.That(Mean("55284-4", "8462-4"), Is.InRange(65, 90));
        Assert.That(Mean("4548-4"), Is.InRange(5, 7.5));
        Assert.That(figures.Compute(Computation.CountByCode("72166-2")), Has.Length.EqualTo(3));
    }

    [TestCase(0)]
    [TestCase(100_001)]
    public void Number_of_patients_outside_the_limits_is_refused(int count) =>
        Assert.That(() => BundleGenerator.Generate(count, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static JsonElement[] Resources(byte[]? bundle)
    {
        if (bundle is null)
        {
            return [];
        }

        using JsonDocument document = JsonDocument.Parse(bundle);
        return [.. document.RootElement.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource").Clone())];
    }
}
