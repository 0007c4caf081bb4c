using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>The texts in this folder, each of which a scenario must give again line by line.</summary>
internal static class GoldenTranscript
{
    private const string Variable = "MEDCHAIN_WRITE_TRANSCRIPTS";
    private const int MaxLines = 130;

    /// <summary>Compares a transcript with the one in the repository, or writes it anew where the environment says so.</summary>
    /// <param name="name">The file's name without its extension.</param>
    /// <param name="text">The transcript.</param>
    public static void Require(string name, string text)
    {
        string path = Path.Combine(Repository.Root, "MedChain.Core.Tests", "Transcripts", name + ".txt");
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllText(path, text);
        }

        string[] expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n') : [];
        string[] actual = text.Split('\n');
        Assert.That(actual, Has.Length.LessThanOrEqualTo(MaxLines), "nobody reads a transcript that long: leave out repetition");
        Assert.That(Difference(expected, actual), Is.Empty, $"{path} differs; with {Variable}=1 it is written anew. Read the difference.");
    }

    /// <summary>The first lines that differ, with what came before; empty for none.</summary>
    private static string Difference(string[] expected, string[] actual)
    {
        int common = 0;
        while (common < expected.Length && common < actual.Length && expected[common] == actual[common])
        {
            common++;
        }

        return common == expected.Length && common == actual.Length ? "" : string.Join(
            '\n',
            [
                $"first difference in line {common + 1}:",
                .. actual[Math.Max(0, common - 4)..common].Select(l => "  " + l),
                .. expected.Skip(common).Take(6).Select(l => "- " + l),
                .. actual.Skip(common).Take(6).Select(l => "+ " + l),
            ]);
    }
}
