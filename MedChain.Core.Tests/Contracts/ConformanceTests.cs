using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>Agreement with Cedar itself, on its public conformance sets: decision, reasons and errors of every request.</summary>
[TestFixture]
public sealed class ConformanceTests
{
    [Test]
    public void Corpus_agrees_in_every_decision_reason_and_error() => Agrees(Corpus(CedarData.Folder), withSchema: false);

    [Test]
    public void Corpus_agrees_when_entities_and_contexts_are_read_by_its_schemas() => Agrees(Corpus(CedarData.Folder), withSchema: true);

    [Test]
    public void Handwritten_sets_agree_when_entities_and_contexts_are_read_by_their_schemas() =>
        Agrees(Handwritten(CedarData.Folder), withSchema: true);

    [Test]
    public void Strict_validator_agrees_on_every_set()
    {
        string folder = CedarData.Folder;
        List<string> disagreements = [.. Corpus(folder).Concat(Handwritten(folder)).Select(set => set.Validate()).OfType<string>()];
        Assert.That(disagreements.Take(20), Is.Empty, $"{disagreements.Count} disagreements");
    }

    [Test]
    public void Policies_say_the_same_in_their_json_form()
    {
        string folder = CedarData.Folder;
        List<string> disagreements = [.. Corpus(folder).Concat(Handwritten(folder)).Select(set => set.CompareJson()).OfType<string>()];
        Assert.That(disagreements.Take(20), Is.Empty, $"{disagreements.Count} disagreements");
    }

    [Test]
    public void Bytecode_agrees_in_every_decision_reason_and_error_message([Values] bool withSchema)
    {
        string folder = CedarData.Folder;
        var disagreements = new List<string>();
        (int sets, int decided, int total) = (0, 0, 0);
        foreach (ConformanceSet set in Corpus(folder).Concat(withSchema ? Handwritten(folder) : []))
        {
            (List<string> found, int byBytecode, int requests) = set.RunBytecode(withSchema);
            disagreements.AddRange(found);
            sets += requests > 0 ? 1 : 0;
            decided += byBytecode;
            total += requests;
        }

        TestContext.Out.WriteLine($"{sets} sets, {total} requests, {decided} by bytecode, {disagreements.Count} disagreements");
        Assert.That(disagreements.Take(20), Is.Empty);
        Assert.That(decided, Is.Positive);
    }

    private static void Agrees(IEnumerable<ConformanceSet> sets, bool withSchema)
    {
        var disagreements = new List<string>();
        int total = 0;
        int count = 0;
        foreach (ConformanceSet set in sets)
        {
            (List<string> found, int requests) = set.Run(withSchema);
            disagreements.AddRange(found);
            total += requests;
            count++;
        }

        TestContext.Out.WriteLine($"{count} sets, {total} requests, {disagreements.Count} disagreements");
        Assert.That(disagreements.Take(20), Is.Empty);
        Assert.That(total, Is.Positive);
    }

    internal static IEnumerable<ConformanceSet> Corpus(string folder)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using FileStream file = File.OpenRead(Path.Combine(folder, "corpus-dev.tar.gz"));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(unzipped);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var content = new MemoryStream();
                data.CopyTo(content);
                files.Add(Path.GetFileName(entry.Name), content.ToArray());
            }
        }

        foreach (string name in files.Keys.Where(name => name.EndsWith(".cedar", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string id = Path.GetFileNameWithoutExtension(name);
            yield return new ConformanceSet(
                id, Text(files[name]), files[id + ".entities.json"], Text(files[id + ".cedarschema"]), Json(files[id + ".json"]));
        }
    }

    internal static IEnumerable<ConformanceSet> Handwritten(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(folder, "tests"), "*.json", SearchOption.AllDirectories).Order())
        {
            JsonElement description = Json(File.ReadAllBytes(path));
            byte[] Content(string property) => File.ReadAllBytes(Path.Combine(folder, description.GetProperty(property).GetString()!));
            yield return new ConformanceSet(
                Path.GetRelativePath(folder, path), Text(Content("policies")), Content("entities"), Text(Content("schema")), description);
        }
    }

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    private static JsonElement Json(byte[] utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }
}
