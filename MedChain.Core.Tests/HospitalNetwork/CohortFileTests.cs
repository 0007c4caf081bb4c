using MedChain.Samples.HospitalNetwork.Input;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class CohortFileTests
{
    private const string Patient1 = """{"resourceType":"Patient","id":"p1"}""";
    private const string Patient2 = """{"resourceType":"Patient","id":"p2"}""";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("cohort.ndjson")]
    [TestCase("cohort.ndjson.gz")]
    public void Resources_are_grouped_by_patient_wherever_they_stand(string name)
    {
        string path = _folder.Write(name, string.Join(
            '\n',
            """{"resourceType":"Observation","id":"o1","subject":{"reference":"urn:uuid:p2"}}""",
            Patient1,
            "",
            """{"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"Patient/p1"}}""" + "\r",
            Patient2,
            """{"resourceType":"Observation","id":"o2","subject":{"reference":"https://example.org/fhir/Patient/p2"}}"""));

        PatientInput[] patients = [.. CohortFile.Read(path).Select(item => ((InputItem.Accepted)item).Patient)];

        Assert.That(patients.Select(patient => patient.Id), Is.EqualTo(["p1", "p2"]));
        Assert.That(System.Text.Encoding.UTF8.GetString(patients[0].Clinical), Does.Contain("a1"));
        Assert.That(patients[0].Laboratory, Is.Null);
        Assert.That(System.Text.Encoding.UTF8.GetString(patients[1].Laboratory!), Does.Contain("o1").And.Contain("o2"));
    }

    [TestCase("{", "no valid JSON")]
    [TestCase("[]", "no resourceType")]
    [TestCase("""{"resourceType":"Patient"}""", "without a FHIR id")]
    [TestCase("""{"resourceType":"Observation"}""", "names no patient")]
    [TestCase("""{"resourceType":"Observation","subject":7}""", "names no patient")]
    [TestCase("""{"resourceType":"Observation","subject":{"reference":"\udfff"}}""", "Unicode")]
    [TestCase(Patient1, "second Patient")]
    [TestCase("""{"resourceType":"Observation","subject":{"reference":"Patient/p9"}}""", "not in the file")]
    public void Bad_line_is_named_with_the_reason_and_the_rest_goes_on(string line, string reason)
    {
        IReadOnlyList<InputItem> items = CohortFile.Read(_folder.Write("c.ndjson", $"{Patient1}\n{line}\n{Patient2}\n"));

        Assert.That(items, Has.Count.EqualTo(3));
        Assert.That(items[0].ToString(), Does.StartWith("c.ndjson, line 2: ").And.Contain(reason));
        Assert.That(items.Skip(1), Has.All.InstanceOf<InputItem.Accepted>());
    }

    [Test]
    public void Lines_of_one_unknown_patient_are_one_problem()
    {
        const string Line = """{"resourceType":"Observation","subject":{"reference":"Patient/p9"}}""";
        InputItem problem = CohortFile.Read(_folder.Write("c.ndjson", $"{Patient1}\n{Line}\n{Line}\n{Line}"))[0];
        Assert.That(problem.ToString(), Does.StartWith("c.ndjson, line 2: ").And.Contain("and 2 more lines"));
    }

    [Test]
    public void Line_over_the_limit_is_skipped()
    {
        string path = _folder.Write("c.ndjson.gz", $"{Patient1}\n{new string('x', 300_000)}\n{Patient2}");
        IReadOnlyList<InputItem> items = CohortFile.Read(path, maxLineBytes: 1000);
        Assert.That(items[0].ToString(), Is.EqualTo("c.ndjson.gz, line 2: is over 1000 bytes long"));
        Assert.That(items, Has.Count.EqualTo(3));
    }

    [Test]
    public void Line_over_the_limit_takes_no_memory()
    {
        using var stream = new MemoryStream(new byte[20_000_000]);
        var reader = new LineReader(stream, maxLineBytes: 1000, maxTotalBytes: long.MaxValue);
        long before = GC.GetAllocatedBytesForCurrentThread();

        bool found = reader.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
        Assert.That((found, line.Length, tooLong), Is.EqualTo((true, 0, true)));
    }

    [Test]
    public void File_over_the_limit_gives_no_patients()
    {
        string path = _folder.Write("c.ndjson.gz", Patient1 + "\n" + new string('\n', 1_000_000));
        Assert.That(CohortFile.Read(path, maxFileBytes: 500_000).Single().ToString(), Does.Contain("over 500000 bytes"));
    }

    [Test]
    public void Truncated_file_gives_no_patients()
    {
        string path = _folder.Write("c.ndjson.gz", $"{Patient1}\n{Patient2}\n");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        Assert.That(CohortFile.Read(path).Single().ToString(), Does.Contain("truncated"));
    }

    [Test]
    public void File_without_patients_or_without_existence_is_a_problem()
    {
        Assert.That(CohortFile.Read(_folder.Write("c.ndjson", "")).Single().ToString(), Is.EqualTo("c.ndjson: has no Patient"));
        Assert.That(
            CohortFile.Read(Path.Combine(_folder.Path, "none.ndjson")).Single().ToString(), Does.Contain("cannot be read"));
    }

    [Test]
    public void Lines_are_found_whatever_their_length()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), i * 97 % 70_000))];
        using var stream = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', lines)));
        var reader = new LineReader(stream, maxLineBytes: 100_000, maxTotalBytes: long.MaxValue);
        var found = new List<string>();
        while (reader.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong))
        {
            Assert.That(tooLong, Is.False);
            found.Add(System.Text.Encoding.ASCII.GetString(line.Span));
        }

        Assert.That(found, Is.EqualTo(lines));
        Assert.That(reader.Number, Is.EqualTo(lines.Length));
    }

    [Test]
    public void Cohort_of_the_data_has_no_problems()
    {
        IReadOnlyList<InputItem> items = CohortFile.Read(FhirData.Require("cohort-dev.ndjson.gz"));
        Assert.That(items.OfType<InputItem.Problem>(), Is.Empty);
        Assert.That(items, Is.Not.Empty);
    }
}
