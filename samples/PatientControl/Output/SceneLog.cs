namespace MedChain.Samples.PatientControl.Output;

/// <summary>What a scene says and checks, in its order.</summary>
internal sealed class SceneLog(string name, string title)
{
    private readonly List<SceneLine> _lines = [];

    public string Name => name;

    public string Title => title;

    public IReadOnlyList<SceneLine> Lines => _lines;

    public TimeSpan Elapsed { get; set; }

    public bool Passed => _lines.TrueForAll(l => l.Holds != false);

    /// <summary>Says what happens next.</summary>
    public void Say(string text) => _lines.Add(new SceneLine(text));

    /// <summary>Checks that what was found is what was expected.</summary>
    public void Expect<T>(string what, T expected, T found) => _lines.Add(new SceneLine(
        what, EqualityComparer<T>.Default.Equals(expected, found), expected?.ToString() ?? "nothing", found?.ToString() ?? "nothing"));

    /// <summary>Checks that something holds.</summary>
    public void Expect(string what, bool holds) => Expect(what, true, holds);
}

/// <summary>One line: words, or a check.</summary>
/// <param name="Text">The words, or what is checked.</param>
/// <param name="Holds">Whether the check holds; <see langword="null"/> for words alone.</param>
/// <param name="Expected">What a check expects.</param>
/// <param name="Found">What it found.</param>
internal sealed record SceneLine(string Text, bool? Holds = null, string Expected = "", string Found = "");
