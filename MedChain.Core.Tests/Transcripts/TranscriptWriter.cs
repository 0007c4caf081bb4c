using System.Globalization;
using System.Text;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Collects what happened, one line for each step that had an effect. Validators that did the same at the same time share a
/// line.</summary>
internal sealed class TranscriptWriter(int validators)
{
    private const int MaxColumns = 140;
    private const int MaxInputColumns = 34;
    private readonly List<Line> _lines = [];

    /// <summary>Gets or sets whether steps are left out; a note must say so.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Writes what the scenario does to the validators.</summary>
    public void Note(string text) => _lines.Add(new Line(0, [], "", text));

    public void Step(long time, int validator, string input, IReadOnlyCollection<string> effects)
    {
        if (IsMuted || effects.Count == 0)
        {
            return;
        }

        string all = string.Join("; ", effects);
        for (int i = _lines.Count - 1; i >= 0 && _lines[i].Who.Count > 0 && _lines[i].Time == time; i--)
        {
            if (_lines[i].Input == input && _lines[i].Effects == all && !_lines[i].Who.Contains(validator))
            {
                _lines[i].Who.Add(validator);
                return;
            }
        }

        _lines.Add(new Line(time, [validator], input, all));
    }

    public string Render(string head)
    {
        int who = _lines.Max(l => Name(l.Who).Length);
        int input = Math.Min(MaxInputColumns, _lines.Max(l => l.Input.Length));
        var text = new StringBuilder();
        text.Append(head.ReplaceLineEndings("\n").TrimEnd()).Append("\n\n");
        foreach (Line line in _lines)
        {
            if (line.Who.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"--- {line.Effects}\n");
                continue;
            }

            string start = string.Create(
                CultureInfo.InvariantCulture, $"{line.Time,5}  {Name(line.Who).PadRight(who)}  {line.Input.PadRight(input)}  ⇒ ");
            int indent = 5 + 2 + who + 2 + input + 4;
            if (start.Length > indent)
            {
                // An input too long for its column pushes its effects to the next line.
                text.Append(start.AsSpan()[..^3].TrimEnd()).Append('\n');
                start = new string(' ', indent - 2) + "⇒ ";
            }

            AppendWrapped(text, start, line.Effects, indent);
        }

        return text.ToString();
    }

    private static void AppendWrapped(StringBuilder text, string start, string effects, int indent)
    {
        string current = start;
        string breakable = effects.Replace("; ", ";\n", StringComparison.Ordinal).Replace(", ", ",\n", StringComparison.Ordinal);
        foreach (string part in breakable.Split('\n'))
        {
            if (current.Length > indent && current.Length + 1 + part.Length > MaxColumns)
            {
                text.Append(current).Append('\n');
                current = new string(' ', indent);
            }

            current += current.Length > indent ? " " + part : part;
        }

        text.Append(current).Append('\n');
    }

    private string Name(List<int> who) =>
        who.Count == validators && validators > 1 ? "all" : string.Join(' ', who.Order().Select(v => $"V{v}"));

    private sealed record Line(long Time, List<int> Who, string Input, string Effects);
}
