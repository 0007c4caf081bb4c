using NUnit.Framework;

namespace MedChain.Core.Tests.Documents;

/// <summary>The README's program compiles, runs, and is the one that is tested.</summary>
[TestFixture]
public sealed class ReadmeTests
{
    [Test]
    public void Program_in_the_readme_is_the_tested_one()
    {
        string[] readme = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        string[] shown = [.. readme.SkipWhile(l => l != "```csharp").Skip(1).TakeWhile(l => l != "```")];
        string[] tested =
        [
            .. File.ReadAllLines(Path.Combine(Repository.Root, "MedChain.Core.Tests", "Documents", "ReadmeExample.cs"))
                .SkipWhile(l => !l.Contains("// Begin of the README", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(l => !l.Contains("// End of the README", StringComparison.Ordinal))
                .Select(l => l.Length > 8 ? l[8..] : ""),
        ];
        Assert.That(shown, Is.EqualTo(tested.SkipLast(1)));
    }

    [Test]
    public async Task Program_in_the_readme_runs()
    {
        byte[] bundle = """{"resourceType":"Bundle","type":"collection","entry":[]}"""u8.ToArray();
        IReadOnlyList<string> lines = await ReadmeExample.RunAsync(folder: null, bundle, DateTimeOffset.UnixEpoch.AddYears(200));

        // One patient alone is fewer than she asks for.
        Assert.That(lines, Has.Count.EqualTo(6));
        Assert.That(lines[^1], Is.EqualTo("InsufficientCohort"));
        Assert.That(lines[^2], Does.Contain("TaskRecorded"));
    }

    [Test]
    public void Documents_link_only_to_files_that_exist()
    {
        string[] documents =
        [
            .. Directory.GetFiles(Repository.Root, "*.md"),
            .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"),
        ];
        IEnumerable<string> broken = documents.SelectMany(document =>
            System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(document), @"\]\(([^)#:]+)\)")
                .Select(m => m.Groups[1].Value)
                .Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link)))
                .Select(link => $"{Path.GetFileName(document)}: {link}"));
        Assert.That(broken, Is.Empty);
    }
}
