using System.Diagnostics;
using System.Globalization;

namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Plain lines, for files and pipes.</summary>
internal sealed class PlainReport(TextWriter output, TextWriter errors) : IReport
{
    public void Heading(string text)
    {
        output.WriteLine();
        output.WriteLine($"== {PlainText.OneLine(text)}");
    }

    public void Note(string text) => output.WriteLine(PlainText.OneLine(text));

    public void Problem(string source, string reason) =>
        errors.WriteLine($"Left out: {PlainText.OneLine(source)}: {PlainText.OneLine(reason)}");

    public void Table(FactTable table)
    {
        output.WriteLine($"{PlainText.OneLine(table.Title)}:");
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].IsForScriptsOnly)];
        string[][] lines =
        [
            [.. shown.Select(i => table.Columns[i].Header)],
            .. table.Rows.Select(row => shown.Select(i => PlainText.OneLine($"{row[i]}")).ToArray()),
        ];
        int[] widths = [.. shown.Select((_, i) => lines.Max(line => line[i].Length))];
        foreach (string[] line in lines)
        {
            output.WriteLine(string.Concat("  ", string.Join("  ", line.Select((text, i) => text.PadRight(widths[i])))).TrimEnd());
        }
    }

    public void Check(Check check) => output.WriteLine(check.Passed
        ? PlainText.OneLine($"  ok      {check.Name}: {check.Actual}")
        : PlainText.OneLine($"  FAILED  {check.Name}: expected {check.Expected}, found {check.Actual}"));

    public async Task ProgressAsync(string what, int total, Func<Action, Task> work)
    {
        var watch = Stopwatch.StartNew();
        Note($"{what}: {total} ...");
        await work(() => { });
        Note(string.Create(CultureInfo.InvariantCulture, $"{what}: done in {watch.Elapsed.TotalSeconds:0.0} s"));
    }

    public void Finish(RunEnd end)
    {
        output.WriteLine();
        (end.ExitCode == RunEnd.CouldNotRun ? errors : output).WriteLine(PlainText.OneLine($"{end}"));
    }
}
