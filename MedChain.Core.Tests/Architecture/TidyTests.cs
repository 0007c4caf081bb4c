using NUnit.Framework;

namespace MedChain.Core.Tests.Architecture;

/// <summary>Habits that reviews should not have to repeat.</summary>
[TestFixture]
public sealed class TidyTests
{
    private const int MaxLines = 330;
    private const int MaxColumns = 140;

    private static readonly string[] Folders = ["MedChain.Core", "MedChain.Core.Tests", "MedChain.Benchmarks", "samples"];

    [Test]
    public void Files_of_the_library_have_one_idea_each() =>
        Assert.That(Sources("MedChain.Core").Where(f => File.ReadLines(f).Count() > MaxLines).Select(Path.GetFileName), Is.Empty);

    [Test]
    public void Lines_fit_the_screen() => Assert.That(
        Folders.SelectMany(Sources).SelectMany(f => File.ReadLines(f).Select((line, i) => (File: f, Number: i + 1, line.Length)))
            .Where(l => l.Length > MaxColumns)
            .Select(l => $"{Path.GetFileName(l.File)}:{l.Number} has {l.Length} columns"),
        Is.Empty);

    [Test]
    public void Nothing_is_left_for_later() => Assert.That(
        Folders.SelectMany(Sources).Where(f => Path.GetFileName(f) != nameof(TidyTests) + ".cs")
            .Where(f => File.ReadAllText(f) is var text && Unfinished.Any(mark => text.Contains(mark, StringComparison.Ordinal)))
            .Select(Path.GetFileName),
        Is.Empty);

    private static readonly string[] Unfinished = ["TODO", "FIXME", "HACK", "NotImplementedException"];

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
