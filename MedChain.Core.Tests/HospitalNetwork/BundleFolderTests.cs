using System.Text.Json;
using CsCheck;
using MedChain.Samples.HospitalNetwork.Input;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class BundleFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Bundle_is_split_by_category_and_its_resources_stay_as_they_are()
    {
        const string Finding = """{ "resourceType" : "Observation","valueQuantity":{"value":1.50e0} }""";
        _folder.Write("a.json", Bundle("p1", Finding, """{"resourceType":"DiagnosticReport"}""", """{"resourceType":"Claim"}"""));

        PatientInput patient = Accepted(Read().Single());

        Assert.That(patient.Id, Is.EqualTo("p1"));
        Assert.That(Types(patient.Clinical), Is.EqualTo(["Patient", "Claim"]));
        Assert.That(Types(patient.Laboratory!), Is.EqualTo(["Observation", "DiagnosticReport"]));
        Assert.That(System.Text.Encoding.UTF8.GetString(patient.Laboratory!), Does.Contain(Finding));
    }

    [Test]
    public void Patient_without_findings_has_no_laboratory_record()
    {
        _folder.Write("a.json", Bundle("p1"));
        Assert.That(Accepted(Read().Single()).Laboratory, Is.Null);
    }

    [Test]
    public void Files_are_read_in_the_order_of_their_names_packed_or_not()
    {
        _folder.Write("b.json.gz", Bundle("p2"));
        _folder.Write("c.json", Bundle("p3"));
        _folder.Write("a.json.gz", "\uFEFF" + Bundle("p1"));
        _folder.Write("notes.txt", "no Bundle");
        Assert.That(Read().Select(item => Accepted(item).Id), Is.EqualTo(["p1", "p2", "p3"]));
    }

    [Test]
    public void Identifier_of_the_entry_stands_in_for_a_missing_one()
    {
        _folder.Write("a.json", """
            {"resourceType":"Bundle","entry":[
              {"fullUrl":"urn:uuid:x-1","resource":{"resourceType":"Patient"}},
              {"resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:x-1"}}}]}
            """);
        Assert.That(Accepted(Read().Single()).Id, Is.EqualTo("x-1"));
    }

    [TestCase("", "no valid JSON")]
    [TestCase("{\"resourceType\":\"Bundle\",\n\"entry\":[", "line 2")]
    [TestCase("""{"resourceType":"Bundle","entry":[],"entry":[]}""", "twice")]
    [TestCase("[1]", "no FHIR Bundle")]
    [TestCase("""{"resourceType":"Patient","id":"p"}""", "no FHIR Bundle")]
    [TestCase("""{"resourceType":"Bundle"}""", "without entries")]
    [TestCase("""{"resourceType":"Bundle","entry":{}}""", "without entries")]
    [TestCase("""{"resourceType":"Bundle","entry":[1,null,{}]}""", "no Patient")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":7}]}""", "without a resourceType")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}""", "without a FHIR id")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"[red]"}}]}""", "without a FHIR id")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"\ud800"}}]}""", "Unicode")]
    public void Bad_file_is_named_with_the_reason_and_the_rest_goes_on(string content, string reason)
    {
        _folder.Write("1 bad.json", content);
        _folder.Write("2 good.json", Bundle("p1"));

        InputItem[] items = Read();

        Assert.That(items, Has.Length.EqualTo(2));
        Assert.That(items[0].ToString(), Does.StartWith("1 bad.json: ").And.Contain(reason));
        Assert.That(Accepted(items[1]).Id, Is.EqualTo("p1"));
    }

    [Test]
    public void File_in_another_encoding_is_a_problem()
    {
        System.Text.Encoding utf16 = System.Text.Encoding.Unicode;
        _folder.Write("a.json", [.. utf16.GetPreamble(), .. utf16.GetBytes(Bundle("p1"))]);
        Assert.That(Read().Single().ToString(), Does.Contain("not valid Unicode"));
    }

    [Test]
    public void Damaged_file_is_a_patient_or_a_problem_but_never_throws()
    {
        byte[] good = System.Text.Encoding.UTF8.GetBytes(
            Bundle("p1", """{"resourceType":"Observation","subject":{"reference":"Patient/p1"},"code":{"text":"\u00e9"}}"""));
        byte[] packed = File.ReadAllBytes(_folder.Write("a.json.gz", good));
        Gen.Select(Gen.Bool, Gen.Int[0, 10_000], Gen.Byte).Sample(
            (isPacked, at, value) =>
            {
                byte[] bytes = [.. isPacked ? packed : good];
                bytes[at % bytes.Length] = value;
                File.WriteAllBytes(Path.Combine(_folder.Path, isPacked ? "a.json.gz" : "a.json"), bytes);
                return Read().Length is 1 or 2;
            },
            iter: 500,
            threads: 1);
    }

    [Test]
    public void Observation_of_something_that_is_no_patient_is_no_problem()
    {
        _folder.Write("a.json", Bundle("p1", """{"resourceType":"Observation","subject":{"reference":"Location/l1"}}"""));
        Assert.That(Accepted(Read().Single()).Laboratory, Is.Not.Null);
    }

    [Test]
    public void Two_patients_in_one_bundle_are_a_problem()
    {
        _folder.Write("a.json", Bundle("p1", """{"resourceType":"Patient","id":"p2"}"""));
        Assert.That(Read().Single().ToString(), Does.Contain("2 Patients"));
    }

    [Test]
    public void Finding_of_another_patient_is_a_problem()
    {
        _folder.Write("a.json", Bundle("p1", """{"resourceType":"Observation","subject":{"reference":"Patient/p2"}}"""));
        Assert.That(Read().Single().ToString(), Does.Contain("1 other patients"));
    }

    [Test]
    public void Patient_of_an_earlier_file_is_a_problem()
    {
        _folder.Write("a.json", Bundle("p1"));
        _folder.Write("b.json", Bundle("p1"));
        Assert.That(Read()[1].ToString(), Is.EqualTo("b.json: is of patient p1, whom 'a.json' already brought"));
    }

    [Test]
    public void Gzip_cut_off_anywhere_is_a_problem()
    {
        byte[] packed = File.ReadAllBytes(_folder.Write("a.json.gz", Bundle("p1")));
        for (int length = 0; length < packed.Length; length++)
        {
            File.WriteAllBytes(Path.Combine(_folder.Path, "a.json.gz"), packed[..length]);
            Assert.That(Read().Single(), Is.InstanceOf<InputItem.Problem>(), $"{length} of {packed.Length} bytes");
        }
    }

    [Test]
    public void Damaged_gzip_is_a_problem()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a.json.gz"), "no gzip at all");
        Assert.That(Read().Single().ToString(), Does.Contain("damaged or truncated"));
    }

    [Test]
    public void File_over_the_limit_is_a_problem_also_when_packed_small()
    {
        string path = _folder.Write("a.json.gz", new string(' ', 1_000_000) + Bundle("p1"));
        Assert.That(new FileInfo(path).Length, Is.LessThan(10_000));
        Assert.That(BundleFolder.TryOpen(_folder.Path, out BundleFolder? folder, out _, maxBundleBytes: 1_000_000));
        Assert.That(folder!.Read().Single().ToString(), Does.Contain("over 1000000 bytes"));
    }

    [Test]
    public void File_that_is_gone_is_a_problem()
    {
        string path = _folder.Write("a.json", Bundle("p1"));
        Assert.That(BundleFolder.TryOpen(_folder.Path, out BundleFolder? folder, out _));
        File.Delete(path);
        Assert.That(folder!.Read().Single().ToString(), Does.Contain("cannot be read"));
    }

    [Test]
    public void Folder_that_is_empty_or_missing_is_one_error()
    {
        Assert.That(BundleFolder.TryOpen(_folder.Path, out _, out string? empty), Is.False);
        Assert.That(empty, Does.Contain("no *.json"));
        Assert.That(BundleFolder.TryOpen(Path.Combine(_folder.Path, "none"), out _, out string? missing), Is.False);
        Assert.That(missing, Does.StartWith("There is no folder"));
        Assert.That(BundleFolder.TryOpen("", out _, out _), Is.False);
    }

    [Test]
    public void Every_bundle_of_the_data_is_accepted()
    {
        Assert.That(BundleFolder.TryOpen(FhirData.Require("bundles-dev"), out BundleFolder? folder, out string? error), error);
        Assert.That(folder!.Read().OfType<InputItem.Problem>(), Is.Empty);
    }

    private static string Bundle(string patient, params string[] resources)
    {
        string[] all = [$$"""{"resourceType":"Patient","id":"{{patient}}"}""", .. resources];
        string entries = string.Join(',', all.Select(resource => $$"""{"resource":{{resource}}}"""));
        return $$"""{"resourceType":"Bundle","type":"collection","entry":[{{entries}}]}""";
    }

    private static PatientInput Accepted(InputItem item)
    {
        Assert.That(item, Is.InstanceOf<InputItem.Accepted>(), item.ToString());
        return ((InputItem.Accepted)item).Patient;
    }

    private static string?[] Types(byte[] bundle)
    {
        using JsonDocument document = JsonDocument.Parse(bundle);
        return
        [
            .. document.RootElement.GetProperty("entry").EnumerateArray()
                .Select(entry => entry.GetProperty("resource").GetProperty("resourceType").GetString()),
        ];
    }

    private InputItem[] Read()
    {
        Assert.That(BundleFolder.TryOpen(_folder.Path, out BundleFolder? folder, out string? error), error);
        return [.. folder!.Read()];
    }
}
