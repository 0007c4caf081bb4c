using System.Text.Json;
using MedChain.Samples.HospitalNetwork.Input;
using MedChain.Samples.HospitalNetwork.Options;
using MedChain.Samples.HospitalNetwork.Output;
using MedChain.Samples.HospitalNetwork.Scenario;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

/// <summary>The whole sample in this process, on files.</summary>
[TestFixture]
public sealed class HospitalRunTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Invented_patients_pass_all_checks_and_a_second_run_goes_on()
    {
        var options = new SampleOptions { Patients = 12, DataDirectory = Path.Combine(_folder.Path, "data") };
        using JsonDocument first = await RunAsync(options, RunEnd.Success);
        using JsonDocument second = await RunAsync(options, RunEnd.Success);
        foreach (JsonDocument document in new[] { first, second })
        {
            Assert.That(Outcomes(document), Is.EqualTo(
                ["Withheld", "Released", "Withheld", "Released", "InsufficientCohort", "Withheld"]));
            Assert.That(document.RootElement.GetProperty("checks").GetArrayLength(), Is.GreaterThanOrEqualTo(77));
        }

        Assert.That(Notes(first), Has.Some.StartsWith("24 records stored"));
        Assert.That(Notes(second), Has.Some.StartsWith("0 records stored, 24 found"));
        Assert.That(Verified(second), Is.GreaterThan(Verified(first)));
    }

    [Test]
    public async Task Too_few_patients_are_a_refusal_and_no_failure()
    {
        using JsonDocument document = await RunAsync(new SampleOptions { Patients = 1 }, RunEnd.Success);
        Assert.That(Outcomes(document), Is.All.EqualTo("InsufficientCohort"));
    }

    [Test]
    public async Task Cohort_is_compared_with_its_oracle()
    {
        using JsonDocument document = await RunAsync(
            WithOracle("""{"as_of":"2024-01-01","small":{"patients":4,"bmi_last":{"n":4}}}"""), RunEnd.Success);
        Assert.That(document.RootElement.GetProperty("facts").GetProperty("oracle").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Figure_that_differs_from_the_oracle_fails_the_run()
    {
        using JsonDocument document = await RunAsync(
            WithOracle("""{"as_of":"2024-01-01","small":{"patients":5}}"""), RunEnd.FailedCheck);
        Assert.That(document.RootElement.GetProperty("passed").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Other_patients_in_the_data_directory_are_refused()
    {
        string data = Path.Combine(_folder.Path, "data");
        using JsonDocument first = await RunAsync(new SampleOptions { Patients = 2, DataDirectory = data }, RunEnd.Success);
        using JsonDocument second = await RunAsync(
            new SampleOptions { Patients = 2, Seed = 9, DataDirectory = data }, RunEnd.CouldNotRun);
        Assert.That(second.RootElement.GetProperty("error").GetString(), Does.Contain(data).And.Contain("2 patients"));
    }

    [Test]
    public async Task Data_directory_that_cannot_be_made_ends_the_run_with_its_name()
    {
        string file = _folder.Write("file", "content");
        using JsonDocument document = await RunAsync(
            new SampleOptions { Patients = 1, DataDirectory = Path.Combine(file, "data") }, RunEnd.CouldNotRun);
        Assert.That(document.RootElement.GetProperty("error").GetString(), Does.Contain(file));
    }

    [Test]
    public async Task Input_without_any_patient_ends_the_run_with_the_reason()
    {
        _folder.Write("a.json", "{");
        using JsonDocument document = await RunAsync(new SampleOptions { Bundles = _folder.Path }, RunEnd.CouldNotRun);
        Assert.That(document.RootElement.GetProperty("error").GetString(), Does.Contain("a.json"));
    }

    [Test]
    public async Task Stopped_run_says_so()
    {
        var output = new MemoryStream();
        int code = await HospitalRun.RunAsync(new SampleOptions(), Report(output), new CancellationToken(canceled: true));
        Assert.That(code, Is.EqualTo(RunEnd.StoppedByUser));
    }

    private static JsonReport Report(Stream output) => new(output, new PlainReport(TextWriter.Null, TextWriter.Null));

    private static async Task<JsonDocument> RunAsync(SampleOptions options, int expected)
    {
        using var output = new MemoryStream();
        int code = await HospitalRun.RunAsync(options, Report(output), CancellationToken.None);
        JsonDocument document = JsonDocument.Parse(output.ToArray());
        string failed = string.Join('\n', document.RootElement.GetProperty("checks").EnumerateArray()
            .Where(check => !check.GetProperty("passed").GetBoolean()));
        Assert.That(code, Is.EqualTo(expected), $"{document.RootElement.GetProperty("error")} {failed}");
        return document;
    }

    private static string[] Outcomes(JsonDocument document) =>
        [.. Facts(document, "tasks").Select(task => task.GetProperty("outcome").GetString()!)];

    private static long Verified(JsonDocument document) =>
        Facts(document, "verification").Sum(chain => chain.GetProperty("height").GetInt64());

    private static string[] Notes(JsonDocument document) =>
        [.. document.RootElement.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!)];

    private static JsonElement[] Facts(JsonDocument document, string key) =>
        [.. document.RootElement.GetProperty("facts").GetProperty(key).EnumerateArray()];

    private SampleOptions WithOracle(string oracle)
    {
        string lines = string.Join('\n', BundleGenerator.Generate(4, seed: 3)
            .SelectMany(patient => new[] { patient.Clinical, patient.Laboratory! })
            .SelectMany(bundle =>
            {
                using JsonDocument document = JsonDocument.Parse(bundle);
                return document.RootElement.GetProperty("entry").EnumerateArray()
                    .Select(entry => entry.GetProperty("resource").GetRawText()).ToArray();
            }));
        return new SampleOptions { Cohort = _folder.Write("cohort.ndjson", lines), Oracle = _folder.Write("oracle.json", oracle) };
    }
}
