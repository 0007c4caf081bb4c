using System.Formats.Tar;
using System.IO.Compression;
using MedChain.Samples.Contracts;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>The contracts sample: its example, wrong files, corpora and hostile archives.</summary>
[TestFixture]
public sealed class ContractsSampleTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void Example_decides_and_explains()
    {
        string output = Run(0, "decide", "--policies", Example("policies.cedar"), "--requests", Example("requests.json"));
        Assert.That(output, Does.Contain("Deployed 4 policies").And.Contain("clinical trial: allowed")
            .And.Contain("7 patients: denied").And.Contain("at least 20 patients take part"));
    }

    [Test]
    public void Contract_runs_on_a_chain()
    {
        string output = Run(0, "chain", "--contract", Example("study-register.contract"));
        Assert.That(output, Does.Contain("bert calls enrol(anna)").And.Contain("already enrolled").And.Contain("used < max")
            .And.Contain("View isEnrolled(cleo)").And.Contain("3 of 3 entries").And.Contain("Left(anna)"));
    }

    [Test]
    public void Wrong_contract_is_refused_with_its_place()
    {
        string file = Write("wrong.contract", "contract C {\n  fn f() { x = 1; }\n}");
        Assert.That(Run(2, "chain", "--contract", file), Does.Contain("wrong.contract:2:"));
    }

    [TestCase("", "the JSON cannot be read")]
    [TestCase("{}", "\"patient\"")]
    [TestCase("""{"patient": "p", "entities": [{}], "requests": []}""", "entities[0]")]
    [TestCase(
        """{"patient": "p", "entities": [], "requests": [{"action": "print", "context": {}}]}""", "requests[0]: The schema has no action")]
    public void Wrong_request_file_is_refused(string json, string reason)
    {
        string file = Write("wrong.json", json);
        Assert.That(Run(2, "decide", "--policies", Example("policies.cedar"), "--requests", file), Does.Contain(reason));
    }

    [Test]
    public void Wrong_policy_is_refused_with_its_place()
    {
        string file = Write("wrong.cedar", "permit (principal, action,\n  resource) when { context.now < 5 };");
        Assert.That(Run(2, "decide", "--policies", file, "--requests", Example("requests.json")), Does.Contain("wrong.cedar:2:"));
    }

    [Test]
    public void Handwritten_sets_of_cedar_agree() =>
        Assert.That(Run(0, "conformance", CedarData.Folder), Does.Match(@"sets +[1-9]"));

    [Test]
    public void Wrong_answer_in_a_corpus_is_a_disagreement()
    {
        string file = Archive(
            ("c/a.cedar", "permit (principal, action, resource);"),
            ("c/a.cedarschema", "entity E; action a appliesTo { principal: E, resource: E };"),
            ("c/a.entities.json", "[]"),
            ("c/a.json", """
                {"policies": "x/a.cedar", "schema": "x/a.cedarschema", "entities": "x/a.entities.json",
                 "shouldValidate": true, "requests": [
                 {"principal": {"type": "E", "id": "e"}, "action": {"type": "Action", "id": "a"}, "resource": {"type": "E", "id": "e"},
                  "context": {}, "decision": "deny", "reason": [], "errors": []}]}
                """));
        Assert.That(Run(1, "conformance", file), Does.Contain("expected deny, was allow"));
    }

    [TestCase("../evil.cedar")]
    [TestCase("/etc/evil.cedar")]
    [TestCase("a/../../evil.cedar")]
    public void Archive_that_leads_out_of_itself_is_refused(string name) =>
        Assert.That(Run(2, "conformance", Archive((name, "x"))), Does.Contain("leads out of the corpus"));

    [Test]
    public void Huge_entry_is_refused_before_it_is_read() =>
        Assert.That(Run(2, "conformance", Archive(("a.cedar", new string('x', (16 * 1024 * 1024) + 1)))), Does.Contain("smaller corpus"));

    [Test]
    public void Link_in_an_archive_is_refused()
    {
        string file = Path.Combine(_folder.Path, "link.tar.gz");
        using (var zipped = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        using (var writer = new TarWriter(zipped))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a.cedar") { LinkName = "/etc/passwd" });
        }

        Assert.That(Run(2, "conformance", file), Does.Contain("files and folders only"));
    }

    [Test]
    public void Garbage_and_nothing_are_refused()
    {
        Assert.That(Run(2, "conformance", Write("garbage.tar.gz", "garbage")), Is.Not.Empty);
        Assert.That(Run(2, "conformance", Path.Combine(_folder.Path, "nowhere")), Does.Contain("There is no folder"));
        Assert.That(Run(2, "conformance", Archive(("a.txt", "x"))), Does.Contain("no conformance set"));
        Assert.That(Run(2, "nonsense"), Does.Contain("--help"));
    }

    private static string Example(string name) => Path.Combine(Repository.Root, "samples", "Contracts", name);

    private static string Run(int expected, params string[] arguments)
    {
        using var output = new StringWriter();
        int code = Program.Run(arguments, output, output);
        Assert.That(code, Is.EqualTo(expected), output.ToString());
        return output.ToString();
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder.Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    private string Archive(params (string Name, string Text)[] files)
    {
        string path = Path.Combine(_folder.Path, $"{TestContext.CurrentContext.Test.ID}.tar.gz");
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var writer = new TarWriter(zipped);
        foreach ((string name, string text) in files)
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Cedar.Text.Utf8(text)) });
        }

        return path;
    }
}
